import type { AppDeps } from './deps.ts';
import type { Encoded } from './encoded.ts';
import { encodeText, toHash } from './encoded.ts';
import { readerScript } from './pages/reader-script.ts';
import accountCss from './style/account.css';
import siteCss from './style/site.css';

/** What every page knows of the site. */
export interface Site {
  name: string;
  /** Absolute, without a trailing slash. */
  url: string;
  /** Prefix of the path of every link in a page; empty unless the public URL has a path. */
  base: string;
  version: string;
  /** Paths of the assets below `base`. */
  cssPath: string;
  scriptPath: string;
}

/** What never changes under its address; a year is what RFC 9111 caches take for ever. */
const forEver = 'public, max-age=31536000, immutable';
const aDay = 'public, max-age=86400';

const cssPath = `/assets/${toHash(siteCss)}/site.css`;
/** Below `base`: of the pages for signing in and accounts. */
export const accountCssPath = `/assets/${toHash(accountCss)}/account.css`;
const scriptPath = `/assets/${toHash(readerScript)}/reader.js`;

/** The masthead's initial as an icon: a W of four strokes that reads at 16 px. */
const faviconSvg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><style>rect{fill:#8c1c13}path{stroke:#fff}@media(prefers-color-scheme:dark){rect{fill:#f0a59c}path{stroke:#1a1715}}</style><rect width="32" height="32"/><path d="M5 9l5.5 15L16 11l5.5 13L27 9" fill="none" stroke-width="3.5" stroke-linejoin="bevel"/></svg>
`;

export function toSite(deps: AppDeps): Site {
  const { pathname } = new URL(deps.publicUrl);
  return {
    name: deps.siteName,
    url: deps.publicUrl,
    base: pathname === '/' ? '' : pathname.replace(/\/$/, ''),
    version: deps.version,
    cssPath,
    scriptPath,
  };
}

/** The files that pages need, by path. Made once: brotli at its best takes a while. */
export function listAssets(): Map<string, Encoded> {
  return new Map([
    [cssPath, encodeText(siteCss, 'text/css; charset=utf-8', forEver)],
    [accountCssPath, encodeText(accountCss, 'text/css; charset=utf-8', forEver)],
    [scriptPath, encodeText(readerScript, 'text/javascript; charset=utf-8', forEver)],
    ['/favicon.svg', encodeText(faviconSvg, 'image/svg+xml', aDay)],
    ['/robots.txt', encodeText(robotsTxt, 'text/plain; charset=utf-8', aDay)],
  ]);
}

const robotsTxt = `User-agent: *
Disallow: /healthz
Disallow: /desk
`;
