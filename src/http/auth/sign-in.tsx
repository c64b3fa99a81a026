import type { Context } from 'hono';
import { endSession } from '../../../db/sessions.ts';
import { AppError } from '../../errors.ts';
import { toCsrf } from '../../newsroom/session.ts';
import { signIn } from '../../newsroom/sign-in.ts';
import { TooManyAttempts } from '../../newsroom/too-many-attempts.ts';
import type { AppDeps } from '../deps.ts';
import { respondPage } from '../respond.ts';
import type { Site } from '../site.ts';
import { isPersonsForm, respondWithCookies, seeOther, toSessionCookies, toUserAgent } from './answers.ts';
import { clientAddress, toNetwork } from './client-address.ts';
import { readCookie, toNoCookie } from './cookies.ts';
import { readTexts } from './form.ts';
import { SignInPage } from './pages/sign-in-page.tsx';
import { deskPath, parseNext } from './parse-next.ts';
import type { Visitor } from './route.ts';

/** `GET /desk/sign-in`, with `?next=` for where to go then. */
export function showSignIn(deps: AppDeps, site: Site) {
  return async (c: Context): Promise<Response> =>
    respondPage(
      c.req.raw.headers,
      <SignInPage site={site} next={parseNext(c.req.query('next'))} oidcName={deps.oidc?.name} login="" />,
    );
}

/** `POST /desk/sign-in`: a form, or JSON from a page whose session has ended while something was being done. */
export function submitSignIn(deps: AppDeps, site: Site) {
  return async (c: Context): Promise<Response> => {
    const { login, password, next } = await readTexts(c, ['login', 'password', 'next']);
    const now = deps.now();
    try {
      const start = await signIn(
        deps.db,
        {
          login,
          password,
          network: toNetwork(clientAddress(c, deps.trustProxy ?? false)),
          device: readCookie(c, site, 'device'),
          userAgent: toUserAgent(c),
        },
        now,
      );
      const cookies = toSessionCookies(site, start, now, start.device);
      if (isPersonsForm(c)) return seeOther(site, parseNext(next) ?? deskPath, cookies);
      const { id, name, role } = start.editor;
      return respondWithCookies({ csrf: toCsrf(start.token), editor: { id, name, role } }, cookies);
    } catch (error) {
      if (!(error instanceof AppError) || error.status >= 500 || !isPersonsForm(c)) throw error;
      return respondRefused(c, deps, site, error, { login, next });
    }
  };
}

/** The form again, with the login as it was typed and never the password. */
function respondRefused(
  c: Context,
  deps: AppDeps,
  site: Site,
  error: AppError,
  { login, next }: { login: string; next: string },
): Promise<Response> {
  const props = { site, next: parseNext(next), oidcName: deps.oidc?.name, login, error: error.message };
  return respondPage(c.req.raw.headers, <SignInPage {...props} />, {
    status: error.status,
    headers:
      error instanceof TooManyAttempts
        ? { 'Retry-After': String(error.retryAfterSeconds) }
        : { 'WWW-Authenticate': 'Bearer' },
  });
}

/** `POST /desk/sign-out`: the session ends here, not only in the browser. */
export function signOut(deps: AppDeps, site: Site) {
  return async (_: Context, { editor, sessionId }: Visitor): Promise<Response> => {
    if (sessionId !== undefined) await endSession(deps.db, editor.id, sessionId);
    return seeOther(site, '/desk/sign-in', [toNoCookie(site, 'session')]);
  };
}
