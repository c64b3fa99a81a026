import type { FetchFailureCode } from '../model/fetch-result.ts';
import { refusedCode } from './address-guard.ts';
import { BodyError } from './read-body.ts';

/** What an error of a request means to a person: a code, and a sentence that names the host. */
export function describeFailure(
  error: unknown,
  host: string,
  limits: { connectMs: number; maxBytes: number },
): { code: FetchFailureCode; message: string } {
  if (error instanceof BodyError)
    return { code: error.code, message: describeBody(error, host, limits.maxBytes) };
  const { code, message } = toRoot(error);
  if (code === refusedCode) return { code: 'address-refused', message: `${host} is not asked: ${message}` };
  const known = byCode[code];
  if (known) return { code: known[0], message: known[1](host, limits) };
  if (isTls(code)) {
    return {
      code: 'tls',
      message: `${host} shows no certificate that can be trusted (${code}); the publisher has to renew it.`,
    };
  }
  return {
    code: 'network',
    message: `The connection to ${host} failed (${code || message}); it will be tried again.`,
  };
}

function describeBody(error: BodyError, host: string, maxBytes: number): string {
  if (error.code === 'bad-encoding') return `The document of ${host} cannot be unpacked: ${error.message}.`;
  return `The document of ${host} is larger than ${Math.round(maxBytes / 1024 / 1024)} MiB, which no feed needs.`;
}

type Sentence = (host: string, limits: { connectMs: number }) => string;
const noHost: [FetchFailureCode, Sentence] = [
  'dns',
  (host) => `There is no address for ${host}. Check the spelling, or the network here.`,
];
const refused: [FetchFailureCode, Sentence] = [
  'connect',
  (host) => `${host} takes no connections; it will be tried again.`,
];
const unreachable: [FetchFailureCode, Sentence] = [
  'connect',
  (host) => `${host} cannot be reached from here; it will be tried again.`,
];
const slow: [FetchFailureCode, Sentence] = [
  'timeout',
  (host, { connectMs }) => `${host} did not answer within ${connectMs / 1000} s; it will be tried again.`,
];
const broken: [FetchFailureCode, Sentence] = [
  'network',
  (host) => `${host} broke the connection off; it will be tried again.`,
];
const rubbish: [FetchFailureCode, Sentence] = [
  'network',
  (host) => `${host} does not answer in HTTP that can be read.`,
];

const byCode: Record<string, [FetchFailureCode, Sentence]> = {
  ENOTFOUND: noHost,
  EAI_AGAIN: noHost,
  EAI_FAIL: noHost,
  EAI_NODATA: noHost,
  ECONNREFUSED: refused,
  EHOSTUNREACH: unreachable,
  ENETUNREACH: unreachable,
  ENETDOWN: unreachable,
  EADDRNOTAVAIL: unreachable,
  UND_ERR_CONNECT_TIMEOUT: slow,
  ETIMEDOUT: slow,
  UND_ERR_HEADERS_TIMEOUT: slow,
  UND_ERR_BODY_TIMEOUT: slow,
  ECONNRESET: broken,
  EPIPE: broken,
  UND_ERR_SOCKET: broken,
  ERR_STREAM_PREMATURE_CLOSE: broken,
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: broken,
  HPE: rubbish,
  UND_ERR_HEADERS_OVERFLOW: ['too-large', (host) => `${host} sends more headers than any feed needs.`],
};

/** The error at the bottom: of several attempts (IPv6, IPv4) the first. */
function toRoot(error: unknown): { code: string; message: string } {
  if (error instanceof AggregateError && error.errors.length > 0) return toRoot(error.errors[0]);
  const { code, message, cause } = error as { code?: string; message?: string; cause?: unknown };
  if (code?.startsWith('HPE_')) return { code: 'HPE', message: message ?? '' };
  if (!code && cause) return toRoot(cause);
  return { code: code ?? '', message: message ?? String(error) };
}

function isTls(code: string): boolean {
  return /^(CERT_|ERR_TLS_|ERR_SSL_|UNABLE_TO_|DEPTH_ZERO|SELF_SIGNED|EPROTO|HOSTNAME_MISMATCH)/.test(code);
}
