import { type Encoded, encodeText, toHash } from '../encoded.ts';
import deskCss from '../style/desk.css';
import deskBarCss from '../style/desk-bar.css';
import deskScript from './client/desk.ts?bundle';

const forEver = 'public, max-age=31536000, immutable';

/** Paths below the site's base. */
export const deskCssPath = `/assets/${toHash(deskCss)}/desk.css`;
/** Of the bar that the account's pages have too. */
export const deskBarCssPath = `/assets/${toHash(deskBarCss)}/desk-bar.css`;
export const deskScriptPath = `/assets/${toHash(deskScript)}/desk.js`;

/** The files that the desk's pages need, by path. Made once: brotli at its best takes a while. */
export function listDeskAssets(): Map<string, Encoded> {
  return new Map([
    [deskCssPath, encodeText(deskCss, 'text/css; charset=utf-8', forEver)],
    [deskBarCssPath, encodeText(deskBarCss, 'text/css; charset=utf-8', forEver)],
    [deskScriptPath, encodeText(deskScript, 'text/javascript; charset=utf-8', forEver)],
  ]);
}
