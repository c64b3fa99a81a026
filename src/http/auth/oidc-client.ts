import {
  allowInsecureRequests,
  authorizationCodeGrant,
  buildAuthorizationUrl,
  type Configuration,
  calculatePKCECodeChallenge,
  discovery,
  fetchUserInfo,
  randomNonce,
  randomPKCECodeVerifier,
  randomState,
} from 'openid-client';
import type { Identity } from '../../newsroom/sign-in-elsewhere.ts';
import type { OidcConfig } from '../deps.ts';

/** What is kept in the browser between going to the provider and coming back. */
export interface Passage {
  state: string;
  nonce: string;
  verifier: string;
}

export interface OidcClient {
  /** Where to send the browser, and what it must bring back. */
  begin(redirectUrl: string): Promise<{ url: string; passage: Passage }>;
  /** Who came back; throws when state, nonce, code or signature are not what they must be. */
  finish(callbackUrl: string, passage: Passage): Promise<Identity>;
}

/** Speaks with a provider; asks what it can do when it is used first, and again when that failed. */
export function createOidcClient(oidc: OidcConfig): OidcClient {
  let found: Promise<Configuration> | undefined;
  const getProvider = () => {
    found ??= discover(oidc).catch((error: unknown) => {
      found = undefined;
      throw error;
    });
    return found;
  };
  return {
    async begin(redirectUrl) {
      const passage = { state: randomState(), nonce: randomNonce(), verifier: randomPKCECodeVerifier() };
      const url = buildAuthorizationUrl(await getProvider(), {
        redirect_uri: redirectUrl,
        scope: 'openid email profile',
        state: passage.state,
        nonce: passage.nonce,
        code_challenge: await calculatePKCECodeChallenge(passage.verifier),
        code_challenge_method: 'S256',
      });
      return { url: url.href, passage };
    },
    async finish(callbackUrl, passage) {
      const answer = await authorizationCodeGrant(await getProvider(), new URL(callbackUrl), {
        expectedState: passage.state,
        expectedNonce: passage.nonce,
        pkceCodeVerifier: passage.verifier,
        idTokenExpected: true,
      });
      const claims = answer.claims();
      if (!claims) throw new Error('The provider sent no ID token.');
      // Those that keep to the letter of OpenID Connect (Core 5.4) tell the address only when asked for it.
      const provider = await getProvider();
      const canAsk = claims.email === undefined && provider.serverMetadata().userinfo_endpoint !== undefined;
      const told = canAsk ? await fetchUserInfo(provider, answer.access_token, claims.sub) : claims;
      const isVerified = told.email_verified === true && typeof told.email === 'string';
      return {
        issuer: claims.iss,
        subject: claims.sub,
        verifiedEmail: isVerified ? String(told.email) : undefined,
      };
    },
  };
}

function discover({ issuer, clientId, clientSecret, allowHttp }: OidcConfig): Promise<Configuration> {
  return discovery(new URL(issuer), clientId, clientSecret, undefined, {
    timeout: 10,
    execute: allowHttp ? [allowInsecureRequests] : [],
  });
}
