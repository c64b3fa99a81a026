import { parseUrl } from '../model/parse-url.ts';

/** Hosts that serve nothing but counters, with everything below them. */
const beaconHosts = [
  'pixel.wp.com',
  'stats.wp.com',
  'stats.wordpress.com',
  'feeds.wordpress.com',
  'feedads.g.doubleclick.net',
  'ad.doubleclick.net',
  'googleads.g.doubleclick.net',
  'pubads.g.doubleclick.net',
  'google-analytics.com',
  'googletagmanager.com',
  'pixel.quantserve.com',
  'b.scorecardresearch.com',
  'sb.scorecardresearch.com',
  'feedsportal.com',
  'statcounter.com',
  'in.getclicky.com',
  'bat.bing.com',
  'px.ads.linkedin.com',
  'analytics.twitter.com',
  'pixel.propublica.org',
  'rss.buysellads.com',
  'ads.pheedo.com',
  'www.pheedo.com',
  'a.rfihub.com',
  'pixel.mathtag.com',
  'cdn.blogherads.com',
  'pi.feedsportal.com',
  'tracking.feedpress.it',
  'tracking.feedpress.com',
  'counter.theconversation.com',
  'counter.theconversation.edu.au',
  'hits.guardian.co.uk',
  'logc.xiti.com',
  'logs1.xiti.com',
  'imrworldwide.com',
  'ssl-vg03.met.vgwort.de',
  'met.vgwort.de',
  'ioam.de',
  'rss.nytimes.com',
  'mf.feeds.reuters.com',
];

/** Counters that live on hosts which serve pictures too: host, and how the path begins. */
const beaconPaths = [
  ['feeds.feedburner.com', '/~'],
  ['facebook.com', '/tr'],
  ['medium.com', '/_/stat'],
  ['t.co', '/i/adsct'],
  ['blogger.googleusercontent.com', '/tracker/'],
  ['phpadsnew.com', '/'],
  ['api.follow.it', '/track'],
  ['substack.com', '/o/'],
] as const;

const countingPath =
  /\/(?:count|counter|pixel|beacon|1x1|clear|spacer|blank|transparent|tracking|trackingpixel)\.(?:gif|png)$/i;

/**
 * True when an absolute address is known to serve a counter or an empty picture instead of something to look at.
 * False for addresses that can't be read.
 */
export function isBeacon(url: string): boolean {
  const parsed = parseUrl(url);
  if (!parsed) return false;
  const { hostname, pathname } = parsed;
  if (beaconHosts.some((host) => isUnder(hostname, host))) return true;
  if (beaconPaths.some(([host, path]) => isUnder(hostname, host) && pathname.startsWith(path))) return true;
  return countingPath.test(pathname);
}

function isUnder(hostname: string, host: string): boolean {
  return (
    hostname === host ||
    (hostname.endsWith(host) && hostname.charAt(hostname.length - host.length - 1) === '.')
  );
}
