import type { FetchResult, Freshness } from '../model/fetch-result.ts';
import type { Validators } from '../model/source.ts';
import { Ended } from './clock.ts';
import { decodeBody, holdsRootEnd } from './decode-body.ts';
import { FetchFailure, isConnectionEnd } from './failure.ts';
import { readFreshness } from './read-freshness.ts';
import { readValidators } from './request-headers.ts';
import { hasDocument, toTooLarge, type WireAnswer } from './send-request.ts';
import { toStatusFailure } from './status-failure.ts';
import { type Trail, toMovedTo } from './trail.ts';
import { findHeader, findHeaders } from './wire-headers.ts';

/** A result without the parts that are the same for all. */
type Result<Part> = Part extends unknown ? Omit<Part, 'url' | 'finalUrl' | 'tookMs'> : never;

/** What an answer is read against. */
interface Asked {
  trail: Trail;
  /** Those that were sent. */
  validators: Validators;
  /** Most bytes of a document, decoded. */
  maxBytes: number;
  now: Date;
}

/** Says what the last answer of a trail comes to. Throws FetchFailure, or the reason why we ended it, when it is no good. */
export async function readAnswer(
  answer: WireAnswer,
  asked: Asked,
): Promise<Result<Exclude<FetchResult, { outcome: 'failed' }>>> {
  const { status, headers } = answer;
  const { trail, validators } = asked;
  const freshness = readFreshness(headers, asked.now);
  if (hasDocument(status)) return readDocument(answer, asked, freshness);
  const isConditional = validators.etag !== undefined || validators.lastModified !== undefined;
  if (status === 304 && isConditional) {
    return { outcome: 'not-modified', validators, movedTo: toMovedTo(trail), freshness };
  }
  if (status === 410) return { outcome: 'gone', freshness };
  throw toStatusFailure(status, trail.url.host, freshness);
}

async function readDocument(
  { status, headers, wire, cutBy }: WireAnswer,
  { trail, maxBytes }: Asked,
  freshness: Freshness,
): Promise<Result<Extract<FetchResult, { outcome: 'fetched' }>>> {
  const host = trail.url.host;
  if (cutBy instanceof Ended && cutBy.isStopped) throw cutBy;
  const contentEncoding = findHeaders(headers, 'content-encoding').join(',');
  const decoded = await decodeBody(wire, contentEncoding, maxBytes);
  if (decoded.outcome === 'too-large') throw toTooLarge(host, maxBytes);
  if (decoded.outcome === 'unknown') {
    throw new FetchFailure(
      'bad-encoding',
      `${host} packs its answer in a way that we did not ask for ("${decoded.coding}"): tell its publisher.`,
      { status, freshness },
    );
  }
  const isBroken = cutBy !== undefined || decoded.brokenBy !== undefined;
  if (isBroken && !holdsRootEnd(decoded.bytes)) {
    throw toBrokenFailure(host, { status, freshness, cutBy, brokenBy: decoded.brokenBy });
  }
  return {
    outcome: 'fetched',
    status,
    body: decoded.bytes,
    contentType: findHeader(headers, 'content-type'),
    contentLocation: findHeader(headers, 'content-location'),
    contentLanguage: findHeader(headers, 'content-language'),
    validators: status === 200 && !isBroken ? readValidators(headers) : {},
    movedTo: toMovedTo(trail),
    freshness,
  };
}

function toBrokenFailure(
  host: string,
  broken: { status: number; freshness: Freshness; cutBy?: Error; brokenBy?: string },
): Error {
  const { status, freshness, cutBy, brokenBy } = broken;
  if (cutBy && !isConnectionEnd(cutBy)) return cutBy;
  return cutBy
    ? new FetchFailure(
        'network',
        `${host} closed the connection in the middle of its answer; it will be tried again.`,
        { status, freshness, cause: cutBy },
      )
    : new FetchFailure(
        'bad-encoding',
        `The compressed answer of ${host} is broken (${brokenBy}); it will be tried again.`,
        { status, freshness },
      );
}
