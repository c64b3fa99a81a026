import type { Context } from 'hono';
import { getCookie } from 'hono/cookie';
import { serialize } from 'hono/utils/cookie';
import type { Site } from '../site.ts';

/**
 * Which cookie: of the session; of a browser that has signed in before; of a sign-in under way at a provider; whom a form to
 * sign in is for.
 */
type CookieKind = 'session' | 'device' | 'oidc';

const names: Record<CookieKind, string> = {
  session: 'wireroom',
  device: 'wireroom-device',
  oidc: 'wireroom-oidc',
};

/**
 * Over https the name itself keeps others from setting it (RFC 6265bis 4.1.3): `__Host-` where the host is ours alone. Under a
 * path prefix others share the host, so the cookie is for our path only, which `__Host-` does not allow.
 */
function toCookieName(site: Site, kind: CookieKind): string {
  if (!isSecure(site)) return names[kind];
  return `${site.base === '' ? '__Host-' : '__Secure-'}${names[kind]}`;
}

export function readCookie(c: Context, site: Site, kind: CookieKind): string | undefined {
  return getCookie(c, toCookieName(site, kind));
}

/** The header that keeps a cookie until a moment; for scripts it is not there, and other sites' forms do not bring it. */
export function toCookie(site: Site, kind: CookieKind, value: string, expiresAt: Date): string {
  return serialize(toCookieName(site, kind), value, {
    path: site.base === '' ? '/' : site.base,
    httpOnly: true,
    secure: isSecure(site),
    sameSite: 'Lax',
    expires: expiresAt,
  });
}

/** The header that makes the browser forget a cookie. */
export function toNoCookie(site: Site, kind: CookieKind): string {
  return toCookie(site, kind, '', new Date(0));
}

function isSecure(site: Site): boolean {
  return site.url.startsWith('https:');
}
