import { errors } from 'undici';
import type { FetchFailureCode, Freshness } from '../model/fetch-result.ts';

/** What ends a fetch early. Thrown inside the stage only: `fetch` turns it into a value. */
export class FetchFailure extends Error {
  readonly code: FetchFailureCode;
  readonly status?: number;
  readonly freshness: Freshness;

  constructor(
    code: FetchFailureCode,
    message: string,
    answered: { status?: number; freshness?: Freshness; cause?: unknown } = {},
  ) {
    super(message, { cause: answered.cause });
    this.name = 'FetchFailure';
    this.code = code;
    this.status = answered.status;
    this.freshness = answered.freshness ?? {};
  }
}

/** Codes of errors that say that the connection ended under us. */
const connectionEnded = new Set([
  'UND_ERR_SOCKET',
  'UND_ERR_RES_CONTENT_LENGTH_MISMATCH',
  'ECONNRESET',
  'EPIPE',
  'ECONNABORTED',
]);
const notHttp = 'HTTP_PARSER';
const nameUnknown = new Set(['ENOTFOUND', 'EAI_AGAIN', 'EAI_NODATA', 'EAI_FAIL', 'ENODATA', 'ESERVFAIL']);
const unreachable = new Set(['ECONNREFUSED', 'EHOSTUNREACH', 'ENETUNREACH', 'EADDRNOTAVAIL', 'EHOSTDOWN']);
const untrusted = new Set(['EPROTO', 'DEPTH_ZERO_SELF_SIGNED_CERT', 'SELF_SIGNED_CERT_IN_CHAIN']);
const untrustedWords = /^ERR_(?:TLS|SSL)_|CERT|SIGNATURE|_CRL/;

/** Whether the connection ended, as opposed to never having been opened or having carried nonsense. */
export function isConnectionEnd(error: unknown): boolean {
  return connectionEnded.has(readCode(error) ?? '');
}

/**
 * Turns an error of the network, of undici or of TLS into a failure that names the host and says what to do.
 * Errors that the outside world cannot cause are thrown again as they are.
 */
export function toFetchFailure(error: unknown, host: string, limits: { connectMs: number }): FetchFailure {
  if (error instanceof FetchFailure) return error;
  const code = readCode(error);
  if (code === undefined || code === 'UND_ERR_INVALID_ARG') throw error;
  const [failureCode, message] = describe(code, host, limits);
  return new FetchFailure(failureCode, message, { cause: error });
}

function describe(code: string, host: string, limits: { connectMs: number }): [FetchFailureCode, string] {
  if (nameUnknown.has(code)) {
    return code === 'EAI_AGAIN'
      ? ['dns', `The name ${host} could not be looked up just now; it will be tried again.`]
      : ['dns', `There is no host named ${host}: check the address. It will be tried again.`];
  }
  if (code === 'UND_ERR_CONNECT_TIMEOUT' || code === 'ETIMEDOUT') {
    return [
      'timeout',
      `${host} did not open a connection within ${Math.round(limits.connectMs / 100) / 10} s; it will be tried again.`,
    ];
  }
  if (unreachable.has(code)) {
    return ['connect', `${host} does not take connections (${code}); it will be tried again.`];
  }
  if (untrusted.has(code) || untrustedWords.test(code)) {
    return [
      'tls',
      `No safe connection to ${host} (${code}): its certificate or its TLS is wrong, which its publisher has to mend.`,
    ];
  }
  if (code === 'UND_ERR_HEADERS_OVERFLOW') {
    return ['too-large', `${host} sent more header lines than we take; tell its publisher.`];
  }
  if (code === 'UND_ERR_DESTROYED' || code === 'UND_ERR_CLOSED') return ['stopped', toStoppedMessage(host)];
  if (code === notHttp) {
    return ['network', `${host} answered with something that is not HTTP; it will be tried again.`];
  }
  if (connectionEnded.has(code)) {
    return ['network', `${host} closed the connection without an answer; it will be tried again.`];
  }
  return ['network', `The connection to ${host} failed (${code}); it will be tried again.`];
}

/** Says that we, not they, ended the fetch. */
export function toStoppedMessage(host: string): string {
  return `The fetch from ${host} was stopped, because Wireroom is stopping.`;
}

/** The code of an error, of its first inner error, or of its cause; undefined when there is none. */
function readCode(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  // undici means to give these a code and doesn't.
  if (error instanceof errors.HTTPParserError) return notHttp;
  if ('code' in error && typeof error.code === 'string') return error.code;
  const inner = error instanceof AggregateError ? error.errors[0] : error.cause;
  return inner === undefined ? undefined : readCode(inner);
}
