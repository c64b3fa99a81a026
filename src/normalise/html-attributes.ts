import { parseUrl } from '../model/parse-url.ts';
import { isBeacon } from './beacons.ts';
import { toAbsoluteSrcset } from './srcset.ts';
import { toAbsoluteUrl, urlLimit } from './urls.ts';

export type Attributes = Record<string, string>;

/** Where scripts that load images late keep the real address, best first. */
const lazySources = [
  'data-src',
  'data-lazy-src',
  'data-original',
  'data-original-src',
  'data-orig-file',
  'data-url',
  'data-img',
];
const lazySrcsets = ['data-srcset', 'data-lazy-srcset', 'data-original-set'];
const placeholder =
  /^data:|(?:^|[/_-])(?:blank|spacer|placeholder|transparent|pixel|1x1|lazy|loading|loader|grey|gray)[\w-]{0,20}\.(?:gif|png|svg|jpe?g|webp)(?:\?|$)/i;

/**
 * The attributes of an `img` as an article may carry it: absolute addresses, the real one when the image is loaded
 * late, alt text and size. Undefined when the image is to be dropped: no address, a tracking pixel, a known beacon.
 */
export function toImageAttributes(from: Attributes, baseUrl?: string): Attributes | undefined {
  if (isPixel(from)) return undefined;
  const src = toAbsoluteUrl(pickSource(from), baseUrl);
  const rawSet =
    from.srcset || lazySrcsets.map((name) => from[name]).find((value) => value !== undefined && value !== '');
  const srcset = rawSet === undefined ? undefined : toAbsoluteSrcset(rawSet, baseUrl);
  const address = src ?? srcset?.split(' ', 1)[0]?.replace(/,$/, '');
  if (address === undefined || isBeacon(address)) return undefined;
  return {
    src: address,
    ...(srcset !== undefined && { srcset }),
    alt: (from.alt ?? '').trim().slice(0, 2000),
    ...pickSize(from),
    ...(from.title !== undefined && { title: from.title }),
  };
}

function pickSource(from: Attributes): string | undefined {
  const late = lazySources
    .map((name) => from[name])
    .find((value) => value !== undefined && value.trim() !== '');
  const src = from.src?.trim();
  if (src === undefined || src === '') return late;
  return late !== undefined && placeholder.test(src.slice(-200))
    ? late
    : late !== undefined && /^data:/i.test(src)
      ? late
      : src;
}

/** Width and height as numbers of CSS pixels; percentages and units are left out. */
function pickSize(from: Attributes): Attributes {
  const size: Attributes = {};
  for (const name of ['width', 'height'] as const) {
    const value = /^\s*(\d{1,5})(?:px)?\s*$/.exec(from[name] ?? '')?.[1];
    if (value !== undefined && Number(value) > 0) size[name] = String(Number(value));
  }
  return size;
}

/** One pixel (or none) in either direction shows nothing: it counts readers. */
function isPixel(from: Attributes): boolean {
  const style = (from.style ?? '').slice(0, 500);
  return (
    [from.width, from.height].some((side) => side !== undefined && /^\s*[01](?:px)?\s*$/.test(side)) ||
    /(?:^|[;\s])(?:width|height)\s{0,5}:\s{0,5}[01](?:px)?\s{0,5}(?:;|!|$)/i.test(style) ||
    /display\s{0,5}:\s{0,5}none/i.test(style)
  );
}

/** The address of a link: absolute http(s) or `mailto:`; undefined for all others. */
export function toHref(raw: string | undefined, baseUrl: string | undefined): string | undefined {
  const mail = raw?.trim();
  if (mail !== undefined && /^mailto:/i.test(mail)) {
    return mail.length <= urlLimit ? parseUrl(mail)?.href : undefined;
  }
  return toAbsoluteUrl(raw, baseUrl);
}

/** The attributes with the one of that name made absolute, or left out. */
export function withAbsolute(from: Attributes, name: string, baseUrl: string | undefined): Attributes {
  const { [name]: raw, ...rest } = from;
  const url = toAbsoluteUrl(raw, baseUrl);
  return url === undefined ? rest : { ...rest, [name]: url };
}

/** Language and direction, which every element may carry. */
export function pickDirection({ lang, dir }: Attributes): Attributes {
  return { ...(lang !== undefined && { lang }), ...(dir !== undefined && { dir }) };
}

/** The attributes of a `source`; undefined when it has no address. */
export function toSourceAttributes(from: Attributes, baseUrl: string | undefined): Attributes | undefined {
  const src = toAbsoluteUrl(from.src, baseUrl);
  const srcset = from.srcset === undefined ? undefined : toAbsoluteSrcset(from.srcset, baseUrl);
  if (src === undefined && srcset === undefined) return undefined;
  return {
    ...(src !== undefined && { src }),
    ...(srcset !== undefined && { srcset }),
    ...(from.type !== undefined && { type: from.type }),
    ...(from.media !== undefined && { media: from.media }),
  };
}

/** The attributes of a `video` or `audio`. A player never starts by itself and always has its controls. */
export function toPlayerAttributes(from: Attributes, baseUrl: string | undefined): Attributes {
  const src = toAbsoluteUrl(from.src, baseUrl);
  const poster = toAbsoluteUrl(from.poster, baseUrl);
  return {
    ...(src !== undefined && { src }),
    ...(poster !== undefined && { poster }),
    ...(from.width !== undefined && { width: from.width }),
    ...(from.height !== undefined && { height: from.height }),
    controls: '',
    preload: 'none',
  };
}
