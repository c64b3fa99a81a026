import type { AppDeps } from '../deps.ts';
import type { Site } from '../site.ts';
import {
  showAccount,
  submitName,
  submitOtherSessionsEnd,
  submitPassword,
  submitSessionEnd,
  submitToken,
  submitTokenRevoke,
} from './account.tsx';
import {
  showEditors,
  submitClose,
  submitInvitation,
  submitLink,
  submitReopen,
  submitRole,
} from './editors.tsx';
import { beginOidc, finishOidc } from './oidc.tsx';
import { createOidcClient } from './oidc-client.ts';
import type { Route } from './route.ts';
import { showSignIn, signOut, submitSignIn } from './sign-in.tsx';
import { showWelcome, submitWelcome } from './welcome.tsx';

/**
 * Signing in, one's own account and the editors. None takes an API token: who has one could make more, or lock people out.
 */
export function listAuthRoutes(deps: AppDeps, site: Site): Route[] {
  return [...listDoors(deps, site), ...listOidcRoutes(deps, site), ...listRooms(deps, site)];
}

function listDoors(deps: AppDeps, site: Site): Route[] {
  return [
    { method: 'GET', path: '/desk/sign-in', needs: 'anyone', handle: showSignIn(deps, site) },
    { method: 'POST', path: '/desk/sign-in', needs: 'anyone', handle: submitSignIn(deps, site) },
    { method: 'GET', path: '/desk/welcome/:token', needs: 'anyone', handle: showWelcome(deps, site) },
    { method: 'POST', path: '/desk/welcome/:token', needs: 'anyone', handle: submitWelcome(deps, site) },
    { method: 'POST', path: '/desk/sign-out', needs: { role: 'reader' }, handle: signOut(deps, site) },
  ];
}

function listOidcRoutes(deps: AppDeps, site: Site): Route[] {
  const { oidc } = deps;
  if (!oidc) return [];
  const client = createOidcClient(oidc);
  return [
    { method: 'GET', path: '/desk/oidc', needs: 'anyone', handle: beginOidc(deps, site, oidc, client) },
    {
      method: 'GET',
      path: '/desk/oidc/callback',
      needs: 'anyone',
      handle: finishOidc(deps, site, oidc, client),
    },
  ];
}

function listRooms(deps: AppDeps, site: Site): Route[] {
  const own = (method: 'GET' | 'POST', path: string, handle: ReturnType<typeof showAccount>): Route => ({
    method,
    path: `/desk/account${path}`,
    needs: { role: 'reader' },
    handle,
  });
  const all = (method: 'GET' | 'POST', path: string, handle: ReturnType<typeof showEditors>): Route => ({
    method,
    path: `/desk/editors${path}`,
    needs: { role: 'chief' },
    handle,
  });
  return [
    own('GET', '', showAccount(deps, site)),
    own('POST', '/name', submitName(deps, site)),
    own('POST', '/password', submitPassword(deps, site)),
    own('POST', '/sessions/:id/end', submitSessionEnd(deps, site)),
    own('POST', '/other-sessions/end', submitOtherSessionsEnd(deps, site)),
    own('POST', '/tokens', submitToken(deps, site)),
    own('POST', '/tokens/:id/revoke', submitTokenRevoke(deps, site)),
    all('GET', '', showEditors(deps, site)),
    all('POST', '', submitInvitation(deps, site)),
    all('POST', '/:id/role', submitRole(deps, site)),
    all('POST', '/:id/close', submitClose(deps, site)),
    all('POST', '/:id/reopen', submitReopen(deps, site)),
    all('POST', '/:id/link', submitLink(deps, site)),
  ];
}
