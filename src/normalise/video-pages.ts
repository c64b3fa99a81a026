import { parseUrl } from '../model/parse-url.ts';

const players = [
  {
    host: /(?:^|\.)youtube(?:-nocookie)?\.com$/,
    path: /^\/(?:embed|v|shorts)\/([\w-]{6,20})$/,
    page: 'https://www.youtube.com/watch?v=',
  },
  { host: /^youtu\.be$/, path: /^\/([\w-]{6,20})$/, page: 'https://www.youtube.com/watch?v=' },
  { host: /^player\.vimeo\.com$/, path: /^\/video\/(\d{3,15})$/, page: 'https://vimeo.com/' },
  {
    host: /(?:^|\.)dailymotion\.com$/,
    path: /^\/embed\/video\/(\w{4,20})$/,
    page: 'https://www.dailymotion.com/video/',
  },
  { host: /^embed\.ted\.com$/, path: /^\/talks\/([\w-]{3,120})$/, page: 'https://www.ted.com/talks/' },
] as const;

/** The page on which the film of a known player's frame can be seen; undefined for other frames. */
export function findVideoPage(frameUrl: string | undefined): string | undefined {
  const url = frameUrl === undefined ? undefined : parseUrl(frameUrl);
  if (!url) return undefined;
  const { hostname, pathname } = url;
  for (const { host, path, page } of players) {
    const id = host.test(hostname) ? path.exec(pathname)?.[1] : undefined;
    if (id !== undefined && id !== 'videoseries') return `${page}${id}`;
  }
  return undefined;
}
