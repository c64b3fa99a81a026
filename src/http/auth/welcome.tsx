import type { Context } from 'hono';
import { AppError } from '../../errors.ts';
import { getInvitation, takeUpInvitation } from '../../newsroom/take-up-invitation.ts';
import type { AppDeps } from '../deps.ts';
import { respondPage } from '../respond.ts';
import type { Site } from '../site.ts';
import { isPersonsForm, seeOther, toSessionCookies, toUserAgent } from './answers.ts';
import { readTexts } from './form.ts';
import { WelcomePage } from './pages/welcome-page.tsx';
import { deskPath } from './parse-next.ts';

/** `GET /desk/welcome/:token`: what the link is for. Opening it does not use it up: mail programs open links, too. */
export function showWelcome(deps: AppDeps, site: Site) {
  return async (c: Context): Promise<Response> => {
    const token = c.req.param('token') ?? '';
    const invitation = await getInvitation(deps.db, token, deps.now());
    return respondPage(
      c.req.raw.headers,
      <WelcomePage site={site} token={token} invitation={invitation} login="" name="" />,
    );
  };
}

/** `POST /desk/welcome/:token`: the link is used up, and who came is signed in. */
export function submitWelcome(deps: AppDeps, site: Site) {
  return async (c: Context): Promise<Response> => {
    const token = c.req.param('token') ?? '';
    const typed = await readTexts(c, ['login', 'name', 'password']);
    const now = deps.now();
    try {
      const start = await takeUpInvitation(deps.db, token, typed, toUserAgent(c), now);
      return seeOther(site, deskPath, toSessionCookies(site, start, now, start.device));
    } catch (error) {
      const isSlip = error instanceof AppError && (error.status === 400 || error.code === 'login-taken');
      if (!isSlip || !isPersonsForm(c)) throw error;
      const invitation = await getInvitation(deps.db, token, now);
      const { login, name } = typed;
      return respondPage(
        c.req.raw.headers,
        <WelcomePage
          site={site}
          token={token}
          invitation={invitation}
          login={login}
          name={name}
          error={error}
        />,
        { status: error.status },
      );
    }
  };
}
