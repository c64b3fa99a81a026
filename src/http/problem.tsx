import type { Context } from 'hono';
import { findUnavailable, findUnstorable } from '../../db/connect.ts';
import { AppError, type ErrorCode } from '../errors.ts';
import type { Topic } from '../model/topic.ts';
import { TooManyAttempts } from '../newsroom/too-many-attempts.ts';
import { isDeskPath } from './addresses.ts';
import type { AppDeps } from './deps.ts';
import { type Problem, ProblemPage } from './pages/problem-page.tsx';
import { respondJson, respondPage } from './respond.ts';
import { toSite } from './site.ts';

/** What was asked for is on its way: an answer of 503 with Retry-After. */
export class NotReady extends Error {
  readonly retryAfterSeconds: number;

  constructor(message: string, retryAfterSeconds: number) {
    super(message);
    this.name = 'NotReady';
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

const databaseRetrySeconds = 10;

const titles: Partial<Record<number, string>> = {
  400: 'That is not right',
  401: 'You are not signed in',
  403: 'That is not for you to do',
  404: 'There is no such page',
  405: 'That cannot be done here',
  410: 'This link is used up',
  413: 'That is too much at once',
  422: 'That cannot be read',
  429: 'Too many attempts',
  503: 'Back in a moment',
};

/** Where the status alone says too little. */
const titlesOf: Partial<Record<ErrorCode, string>> = { 'story-retracted': 'This story is not here any more' };

/**
 * Turns whatever a handler threw into a problem. Our own bugs and the state of the database are told to the log
 * only: never a stack trace, a query or an address of ours to the one who asked.
 */
export function toProblem(error: unknown, deps: AppDeps, address: string): Problem {
  const path = withoutSecret(address);
  if (error instanceof NotReady) {
    return toRetryable('not-ready', error.message, error.retryAfterSeconds);
  }
  const unavailable = error instanceof AppError ? undefined : findUnavailable(error);
  const known = unavailable ?? (error instanceof AppError ? error : findUnstorable(error));
  if (known && known.status === 503) {
    deps.log.warn({ path, code: known.code, err: known.cause ?? known }, known.message);
    return toRetryable(known.code, 'The stories cannot be reached at the moment.', databaseRetrySeconds);
  }
  if (known && known.status < 500) {
    return {
      status: known.status,
      code: known.code,
      title: titlesOf[known.code] ?? titles[known.status] ?? 'That did not work',
      detail: known.message,
      headers: toProblemHeaders(known),
    };
  }
  deps.log.error({ path, err: error }, 'A request failed by a fault of ours');
  return {
    status: 500,
    code: 'internal',
    title: 'Something broke on our side',
    detail: 'This page could not be made. It has been noted; please try again later.',
  };
}

/** Who reads the log must not be let in by it: what a link for an editor ends in is left out. */
function withoutSecret(path: string): string {
  return path.replace(/^(\/desk\/welcome\/).*/s, '$1…');
}

/** What RFC 9110 and 6585 want with an answer: how to sign in, how long to wait. */
function toProblemHeaders(error: AppError): Record<string, string> | undefined {
  if (error instanceof TooManyAttempts) return { 'Retry-After': String(error.retryAfterSeconds) };
  return error.status === 401 ? { 'WWW-Authenticate': 'Bearer' } : undefined;
}

function toRetryable(code: string, what: string, seconds: number): Problem {
  return {
    status: 503,
    code,
    title: titles[503] ?? '',
    detail: `${what} Please try again in ${seconds} seconds.`,
    headers: { 'Retry-After': String(seconds) },
  };
}

/** Answers a problem: as a page to people, as RFC 9457 to programs. `topics` are offered as ways on. */
export async function respondProblem(
  c: Context,
  deps: AppDeps,
  problem: Problem,
  topics: Topic[] = [],
): Promise<Response> {
  const isForAll = problem.status === 404 && !isDeskPath(c.req.path);
  const cacheControl = isForAll ? 'public, max-age=60' : 'no-store';
  if (!wantsPage(c)) {
    const { status, code, title, detail } = problem;
    return respondJson(
      { type: 'about:blank', title, status, detail, code },
      status,
      'application/problem+json',
      {
        'Cache-Control': cacheControl,
        Vary: 'Accept',
        ...(isDocumentPath(c.req.path) || isApiPath(c.req.path)
          ? { 'Access-Control-Allow-Origin': '*' }
          : {}),
        ...problem.headers,
      },
    );
  }
  const page = <ProblemPage site={toSite(deps)} now={deps.now()} problem={problem} topics={topics} />;
  return await respondPage(c.req.raw.headers, page, {
    status: problem.status,
    cacheControl,
    headers: problem.headers,
  });
}

/**
 * Browsers name text/html; programs that poll documents or ask for JSON get JSON, everyone else the page. Below /api/
 * there is nothing for people.
 */
export function wantsPage(c: Context): boolean {
  if (isApiPath(c.req.path)) return false;
  const accept = (c.req.header('accept') ?? '').toLowerCase();
  if (accept.includes('text/html')) return true;
  return !isDocumentPath(c.req.path) && !accept.includes('json');
}

function isApiPath(path: string): boolean {
  return path.startsWith('/api/');
}

function isDocumentPath(path: string): boolean {
  return /\.(?:rss|atom|json|opml)$/.test(path) || path === '/healthz';
}
