import type { Context } from 'hono';
import { respondPage } from '../respond.ts';

/** Answers with a piece of a page, for the script to put in its place. */
export async function respondFragment(c: Context, markup: unknown, status = 200): Promise<Response> {
  return await respondPage(c.req.raw.headers, markup, { status, cacheControl: 'no-store', isFragment: true });
}

/** Sends on to where what was asked for is now, or what a form has done is seen. */
export function seeOther(path: string): Response {
  return new Response(null, {
    status: 303,
    headers: { Location: path, 'Cache-Control': 'no-store', 'Content-Length': '0' },
  });
}
