import type { Context } from 'hono';
import type { Site } from '../site.ts';

/**
 * Whether a page of another site made the browser send this. Browsers say so themselves; those that don't name the origin, as
 * all do with what changes something. Programs say neither.
 */
export function isFromElsewhere(c: Context, site: Site): boolean {
  const relation = c.req.header('sec-fetch-site');
  if (relation !== undefined) return relation !== 'same-origin' && relation !== 'none';
  const origin = c.req.header('origin');
  if (origin === undefined) return false;
  const own = new URL(site.url);
  if (origin === own.origin) return false;
  const host = c.req.header('host');
  // The public host over http, which anyone on the way can write pages for.
  if (host === own.host) return true;
  // Reached by another address than the public one; a session's cookie is bound to the host just as well.
  return !URL.canParse(origin) || new URL(origin).host !== host;
}
