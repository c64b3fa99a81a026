import { parseUrl } from '../model/parse-url.ts';

const scheme = /^[a-z][a-z0-9+.-]{0,30}:/i;
/** "www.example.com/a": nobody means a path by that. */
const bareHost = /^www\.[^\s/]{1,240}\.[a-z]{2,24}(?:[/?#:]|$)/i;

/**
 * An address as a document gives it, made absolute against a base. White space around it and line ends in it go;
 * an absolute address is otherwise kept as written, one that begins with "www." gets its scheme. Undefined when it is
 * empty; as written when there is no base.
 */
export function resolveUrl(value: string | undefined, base: string | undefined): string | undefined {
  const written = value?.trim().replace(/[\r\n\t]/g, '');
  if (!written) return undefined;
  if (bareHost.test(written)) return `http://${written}`;
  if (!base || scheme.test(written)) return written;
  try {
    return new URL(written, base).href;
  } catch {
    return written;
  }
}

/** resolveUrl for the addresses of one document. */
export type ResolveUrl = typeof resolveUrl;

/** Characters of addresses and bases that are put together for one document: a short address grows by its base. */
const resolvedBudget = 64_000_000;

/** A resolveUrl that keeps count: when a document has had its share, its relative addresses stay as they are written. */
export function createResolver(budget = resolvedBudget): ResolveUrl {
  let left = budget;
  return (value, base) => {
    const url = resolveUrl(value, left > 0 ? base : undefined);
    if (url !== undefined && base !== undefined && url !== value) left -= url.length + base.length;
    return url;
  };
}

/** The address, when it is absolute and on the web; undefined otherwise. For use as a base. */
export function findWebUrl(value: string | undefined): string | undefined {
  const written = value?.trim();
  return written && /^https?:\/\//i.test(written) && parseUrl(written) ? written : undefined;
}
