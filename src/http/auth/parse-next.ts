/** Where one is sent after signing in when nothing else was asked for. */
export const deskPath = '/desk';

/** Addresses that are no place to come back to. */
const passages = /^\/desk\/(?:sign-in|sign-out|oidc|welcome)(?:[/?#]|$)/;

/**
 * The path of the desk, below the site's base, that someone wants to come back to; undefined for anything else: other
 * sites, however they are written, and pages that are not the desk's.
 */
export function parseNext(text: string | undefined): string | undefined {
  if (!text?.startsWith('/') || text.length > 2_000) return undefined;
  // What browsers take for a slash or leave out would make another address of it.
  if (/[\\\p{C}\s]/u.test(text)) return undefined;
  const origin = 'http://desk.invalid';
  const url = URL.canParse(text, origin) ? new URL(text, origin) : undefined;
  if (url?.origin !== origin) return undefined;
  const path = `${url.pathname}${url.search}${url.hash}`;
  if (!/^\/desk(?:[/?#]|$)/.test(path) || passages.test(path)) return undefined;
  return path;
}
