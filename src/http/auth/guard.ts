import type { Context } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { AppError } from '../../errors.ts';
import { hasRole } from '../../model/editor.ts';
import { isSameSecret } from '../../newsroom/secrets.ts';
import { findVisitorBySession, findVisitorByToken } from '../../newsroom/session.ts';
import type { AppDeps } from '../deps.ts';
import { type Site, toSite } from '../site.ts';
import { readCookie } from './cookies.ts';
import { readField } from './form.ts';
import type { Need, Route, Visitor } from './route.ts';
import { isFromElsewhere } from './same-site.ts';

const mostBytes = 1_048_576;

/**
 * The handler of a route for those who may use it. Throws AppError `signed-out`, `not-allowed`, `bad-csrf`, `too-large`
 * for everyone else; a signed-out person who opens a page is sent to sign in and back. No answer is stored anywhere.
 */
export function guard(deps: AppDeps, route: Route): (c: Context) => Promise<Response> {
  const site = toSite(deps);
  return async (c) => unstored(await answer(deps, site, route, c));
}

async function answer(deps: AppDeps, site: Site, route: Route, c: Context): Promise<Response> {
  if (route.needs === 'anyone') {
    if (route.method === 'POST') await checkSender(c, site);
    return route.handle(c);
  }
  const visitor = await findVisitor(deps, site, c);
  if (!visitor) {
    if (route.method === 'GET' && isPageView(c)) return toSignIn(c, site);
    throw new AppError('signed-out', 'You are signed out. Sign in, and then do it again.');
  }
  checkNeed(visitor, route.needs);
  if (route.method === 'POST') {
    await checkSender(c, site, visitor);
    if (visitor.csrf !== undefined) await checkCsrf(c, visitor.csrf);
  }
  return route.handle(c, visitor);
}

/** A token in the request counts alone: who sends one does not act for a session that happens to be there. */
async function findVisitor(deps: AppDeps, site: Site, c: Context): Promise<Visitor | undefined> {
  const [, bearer] = /^bearer +(\S+)$/i.exec(c.req.header('authorization') ?? '') ?? [];
  if (bearer !== undefined) return findVisitorByToken(deps.db, bearer, deps.now());
  const token = readCookie(c, site, 'session');
  return token ? findVisitorBySession(deps.db, token, deps.now()) : undefined;
}

function checkNeed({ editor, scopes }: Visitor, need: Need): void {
  if (!hasRole(editor, need.role)) {
    throw new AppError(
      'not-allowed',
      `This is for those who have the role ${need.role}; ${editor.name} is ${editor.role}. A chief can change that.`,
    );
  }
  if (scopes === undefined) return;
  if (need.scope === undefined) {
    throw new AppError('not-allowed', 'No API token can do this; it takes someone who is signed in.');
  }
  if (!scopes.includes(need.scope)) {
    throw new AppError('not-allowed', `This takes an API token with the scope ${need.scope}.`);
  }
}

/** Of a POST: that no other site sent it, and that it is no larger than anything we ask for. */
async function checkSender(c: Context, site: Site, visitor?: Visitor): Promise<void> {
  if (visitor?.scopes === undefined && isFromElsewhere(c, site)) {
    throw new AppError('bad-csrf', 'This was sent by a page of another site, and nothing was done.');
  }
  const limit = bodyLimit({
    maxSize: mostBytes,
    onError: () => {
      throw new AppError('too-large', 'This is larger than 1 MB, and nothing was done. Send less at a time.');
    },
  });
  await limit(c, async () => undefined);
}

async function checkCsrf(c: Context, expected: string): Promise<void> {
  const sent = c.req.header('x-csrf-token') ?? (await readField(c, 'csrf'));
  if (sent !== undefined && isSameSecret(sent, expected)) return;
  throw new AppError(
    'bad-csrf',
    'This came from a page of an earlier session, and nothing was done. Load the page again, and repeat it.',
  );
}

/** A person who opens a page, not a script that fetches a part of one. */
function isPageView(c: Context): boolean {
  const accept = c.req.header('accept') ?? '';
  return accept.includes('text/html') && c.req.header('hx-request') === undefined && !isApi(c);
}

function isApi(c: Context): boolean {
  return c.req.path.startsWith('/api/');
}

function toSignIn(c: Context, site: Site): Response {
  const next = encodeURIComponent(`${c.req.path}${new URL(c.req.url).search}`);
  return new Response(null, {
    status: 303,
    headers: { Location: `${site.base}/desk/sign-in?next=${next}`, 'Content-Length': '0' },
  });
}

/** Not for caches; and forms of ours name our origin, which `no-referrer` would keep even from ourselves. */
function unstored(response: Response): Response {
  response.headers.set('Cache-Control', 'no-store');
  if (response.headers.get('content-type')?.startsWith('text/html')) {
    response.headers.set('Referrer-Policy', 'same-origin');
  }
  return response;
}
