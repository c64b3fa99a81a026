import { decodeHTMLAttribute } from 'entities/decode';
import type { Enclosure } from '../model/entry.ts';
import { isBeacon } from './beacons.ts';
import { toAbsoluteUrl } from './urls.ts';

/** Sides below this, in CSS pixels, are icons, avatars and buttons. */
const leastSide = 100;
const imageFile = /\.(?:jpe?g|png|webp|avif|gif)$/i;
/** Addresses of pictures that illustrate nothing. */
const furniture =
  /\/emoji\/|gravatar\.com\/avatar|\/(?:smilies|icons?|buttons?|share|sharing)\/|feedburner|spacer|blank\.(?:gif|png)/i;
const imageTag = /<img ([^>]{1,20000})>/g;
const imagesLooked = 20;

/**
 * The picture to show with an entry: the first usable of what the item names as its image, of its image enclosures,
 * and of the images in its sanitised HTML that aren't known to be small. Never a tracking pixel. Undefined when none.
 */
export function findLeadImage(from: {
  imageUrls?: string[];
  enclosures: Enclosure[];
  contentHtml: string;
  baseUrl?: string;
}): string | undefined {
  for (const raw of from.imageUrls ?? []) {
    const url = toAbsoluteUrl(raw, from.baseUrl);
    if (url !== undefined && !isBeacon(url)) return url;
  }
  const enclosure = from.enclosures.find(isImage);
  return enclosure?.url ?? findContentImage(from.contentHtml);
}

function isImage({ url, type }: Enclosure): boolean {
  if (isBeacon(url)) return false;
  return type?.startsWith('image/') ?? imageFile.test(new URL(url).pathname);
}

/** Relies on the shape of sanitised HTML: double quotes, absolute addresses, `>` escaped inside attributes. */
function findContentImage(html: string): string | undefined {
  if (!html.includes('<img ')) return undefined;
  let looked = 0;
  for (const match of html.matchAll(imageTag)) {
    if (++looked > imagesLooked) return undefined;
    const attributes = match[1] ?? '';
    const src = / ?src="([^"]+)"/.exec(attributes)?.[1];
    if (src === undefined) continue;
    const url = decodeHTMLAttribute(src);
    if (!isSmall(attributes) && !furniture.test(url)) return url;
  }
  return undefined;
}

function isSmall(attributes: string): boolean {
  const sides = [...attributes.matchAll(/(?:^| )(?:width|height)="(\d{1,5})"/g)];
  return sides.some((side) => Number(side[1]) < leastSide);
}
