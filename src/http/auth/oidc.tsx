import type { Context } from 'hono';
import { AppError } from '../../errors.ts';
import { isSameSecret, signText } from '../../newsroom/secrets.ts';
import { signInElsewhere } from '../../newsroom/sign-in-elsewhere.ts';
import type { AppDeps, OidcConfig } from '../deps.ts';
import { respondPage } from '../respond.ts';
import type { Site } from '../site.ts';
import { seeOther, toSessionCookies, toUserAgent } from './answers.ts';
import { readCookie, toCookie, toNoCookie } from './cookies.ts';
import type { OidcClient, Passage } from './oidc-client.ts';
import { SignInPage } from './pages/sign-in-page.tsx';
import { deskPath, parseNext } from './parse-next.ts';

/** How long one may take at the provider. */
const passageMs = 10 * 60_000;

type Kept = Passage & { next?: string; until: number };

/** `GET /desk/oidc`: sends the browser to the provider. Nothing is stored but in the browser. */
export function beginOidc(deps: AppDeps, site: Site, oidc: OidcConfig, client: OidcClient) {
  return async (c: Context): Promise<Response> => {
    try {
      const { url, passage } = await client.begin(toCallbackUrl(site));
      const until = deps.now().getTime() + passageMs;
      const kept = { ...passage, next: parseNext(c.req.query('next')), until };
      const cookie = toCookie(site, 'oidc', seal(kept, oidc), new Date(until));
      return new Response(null, { status: 303, headers: { Location: url, 'Set-Cookie': cookie } });
    } catch (error) {
      deps.log.warn({ err: error, issuer: oidc.issuer }, 'The OpenID provider cannot be reached.');
      const sentence = `${oidc.name} does not answer at the moment. Try again later, or sign in with a password.`;
      return respondRefused(c, deps, site, sentence, 502);
    }
  };
}

/** `GET /desk/oidc/callback`: who comes back with what the browser was given is signed in, once. */
export function finishOidc(deps: AppDeps, site: Site, oidc: OidcConfig, client: OidcClient) {
  return async (c: Context): Promise<Response> => {
    const now = deps.now();
    const kept = unseal(readCookie(c, site, 'oidc'), oidc, now);
    if (!kept) {
      return respondRefused(
        c,
        deps,
        site,
        `Signing in with ${oidc.name} took too long, or began elsewhere. Begin again.`,
        400,
      );
    }
    try {
      const identity = await client.finish(`${toCallbackUrl(site)}${new URL(c.req.url).search}`, kept);
      const start = await signInElsewhere(deps.db, identity, toUserAgent(c), now);
      const cookies = [...toSessionCookies(site, start, now), toNoCookie(site, 'oidc')];
      return seeOther(site, parseNext(kept.next) ?? deskPath, cookies);
    } catch (error) {
      if (error instanceof AppError) return respondRefused(c, deps, site, error.message, error.status);
      deps.log.warn({ err: error, issuer: oidc.issuer }, 'Signing in at the OpenID provider failed.');
      return respondRefused(
        c,
        deps,
        site,
        `${oidc.name} did not let you in. Begin again, or sign in with a password.`,
        401,
      );
    }
  };
}

function toCallbackUrl(site: Site): string {
  return `${site.url}/desk/oidc/callback`;
}

async function respondRefused(
  c: Context,
  deps: AppDeps,
  site: Site,
  error: string,
  status: number,
): Promise<Response> {
  return respondPage(
    c.req.raw.headers,
    <SignInPage site={site} oidcName={deps.oidc?.name} login="" notice={error} />,
    { status, headers: { 'Set-Cookie': toNoCookie(site, 'oidc') } },
  );
}

/** Signed with the secret that we share with the provider: what comes back in the cookie is what we put there. */
function seal(kept: Kept, { clientSecret }: OidcConfig): string {
  const text = Buffer.from(JSON.stringify(kept)).toString('base64url');
  return `${text}.${signText(clientSecret, `oidc ${text}`)}`;
}

function unseal(cookie: string | undefined, { clientSecret }: OidcConfig, now: Date): Kept | undefined {
  const [text = '', mark = ''] = cookie?.split('.', 2) ?? [];
  if (text === '' || !isSameSecret(mark, signText(clientSecret, `oidc ${text}`))) return undefined;
  const kept: Kept = JSON.parse(Buffer.from(text, 'base64url').toString());
  return kept.until > now.getTime() ? kept : undefined;
}
