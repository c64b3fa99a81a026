import { parseUrl } from '../model/parse-url.ts';
import { FetchFailure } from './failure.ts';
import { toAuthorization } from './request-headers.ts';

const redirects = new Set([301, 302, 303, 307, 308]);
const permanentRedirects = new Set([301, 308]);
const mostUrlLength = 8_192;

/** The way from the address that was asked for to the one that answers. */
export interface Trail {
  /** Where the next request goes; without name, password and fragment. */
  readonly url: URL;
  /** `Basic …` for requests to the origin that the name and password were given for. */
  readonly authorization?: string;
  /** The end of the unbroken run of permanent redirects at the start, if there was one. */
  readonly movedTo?: URL;
  /** Whether every hop so far was permanent. */
  readonly isPermanent: boolean;
  readonly start: URL;
  readonly visited: ReadonlySet<string>;
}

/** Starts a trail. Throws FetchFailure `bad-url` for what is no absolute address or over 8 KB long. */
export function startTrail(address: string): Trail {
  const start = parseAddress(address);
  if (!start) {
    throw new FetchFailure('bad-url', `"${address.slice(0, 200)}" is no address: check it.`);
  }
  const url = toBare(start);
  return {
    url,
    authorization: toAuthorization(start),
    isPermanent: true,
    start,
    visited: new Set([url.href]),
  };
}

/** Whether a status sends us on. 300, 304 and 305 don't. */
export function isRedirect(status: number): boolean {
  return redirects.has(status);
}

/**
 * The trail after one redirect (RFC 9110 §15.4). A name and password inside the Location are dropped: no publisher
 * chooses what we log in with; ours go to the scheme, host and port they were given for and nowhere else.
 * From https to http is followed, as an http address could have been entered as well, but never counts as a move.
 * Throws FetchFailure `bad-redirect` for a missing or unusable Location, `too-many-redirects` after `maxRedirects` or
 * for a circle.
 */
export function follow(
  trail: Trail,
  answer: { status: number; location: string | undefined },
  maxRedirects: number,
): Trail {
  const { status } = answer;
  const host = trail.url.host;
  const target = parseLocation(answer.location, trail.url);
  if (!target) {
    const where = answer.location === undefined ? 'nowhere' : `"${answer.location.slice(0, 200)}"`;
    const message = `${host} redirects (${status}) to ${where}, which is no address; it will be tried again.`;
    throw new FetchFailure('bad-redirect', message, { status });
  }
  const url = toBare(target);
  if (trail.visited.has(url.href)) {
    const message = `${host} redirects in a circle, back to ${url.href.slice(0, 200)}: tell its publisher.`;
    throw new FetchFailure('too-many-redirects', message, { status });
  }
  if (trail.visited.size > maxRedirects) {
    const message = `${trail.start.host} redirects more than ${maxRedirects} times, the last time to ${url.host}: check the address.`;
    throw new FetchFailure('too-many-redirects', message, { status });
  }
  const isDowngrade = trail.url.protocol === 'https:' && url.protocol === 'http:';
  const isPermanent = trail.isPermanent && permanentRedirects.has(status) && !isDowngrade;
  return {
    url,
    authorization: url.origin === trail.start.origin ? toAuthorization(trail.start) : undefined,
    movedTo: isPermanent ? url : trail.movedTo,
    isPermanent,
    start: trail.start,
    visited: new Set([...trail.visited, url.href]),
  };
}

/** The new address of the source, with its name and password when they are for that place; undefined when it has not moved. */
export function toMovedTo({ movedTo, start }: Trail): string | undefined {
  if (!movedTo) return undefined;
  const moved = new URL(movedTo);
  if (moved.origin === start.origin) {
    moved.username = start.username;
    moved.password = start.password;
  }
  return moved.href;
}

function parseLocation(location: string | undefined, base: URL): URL | undefined {
  if (location === undefined || location.trim() === '') return undefined;
  const target = parseAddress(toText(location), base);
  return target?.protocol === 'http:' || target?.protocol === 'https:' ? target : undefined;
}

/** Publishers write UTF-8 into the header, which came to us as Latin-1. */
function toText(latin1: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.from(latin1, 'latin1'));
  } catch {
    return latin1;
  }
}

function parseAddress(address: string, base?: URL): URL | undefined {
  return address.length > mostUrlLength ? undefined : parseUrl(address, base);
}

function toBare(url: URL): URL {
  const bare = new URL(url);
  bare.username = '';
  bare.password = '';
  bare.hash = '';
  return bare;
}
