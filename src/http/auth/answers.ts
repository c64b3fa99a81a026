import type { Context } from 'hono';
import type { SessionStart } from '../../newsroom/session.ts';
import { wantsPage } from '../problem.tsx';
import { respondJson } from '../respond.ts';
import type { Site } from '../site.ts';
import { toCookie } from './cookies.ts';

/** How long a browser is known again without having signed in. */
const deviceMs = 365 * 86_400_000;

/** Sends a browser on with GET; `path` is below the site's base. */
export function seeOther(site: Site, path: string, cookies: string[] = []): Response {
  const headers = new Headers({ Location: `${site.base}${path}`, 'Content-Length': '0' });
  for (const cookie of cookies) headers.append('Set-Cookie', cookie);
  return new Response(null, { status: 303, headers });
}

/** The cookies of a session that begins, and of the browser that is known from now on. */
export function toSessionCookies(site: Site, start: SessionStart, now: Date, device?: string): string[] {
  const session = toCookie(site, 'session', start.token, start.expiresAt);
  if (device === undefined) return [session];
  return [session, toDeviceCookie(site, device, now)];
}

export function toDeviceCookie(site: Site, device: string, now: Date): string {
  return toCookie(site, 'device', device, new Date(now.getTime() + deviceMs));
}

/** JSON with cookies. */
export function respondWithCookies(body: object, cookies: string[]): Response {
  const response = respondJson(body, 200, 'application/json');
  for (const cookie of cookies) response.headers.append('Set-Cookie', cookie);
  return response;
}

/** Whether a form was sent by a person, who wants it back with what was wrong; programs get the problem. */
export function isPersonsForm(c: Context): boolean {
  return wantsPage(c) && c.req.header('hx-request') === undefined;
}

export function toUserAgent(c: Context): string {
  return c.req.header('user-agent') ?? '';
}
