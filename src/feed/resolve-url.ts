import { parseUrl } from '../model/parse-url.ts';

const scheme = /^[a-z][a-z0-9+.-]{0,30}:/i;

/**
 * An address as a document gives it, made absolute against a base. White space around it and line ends in it go;
 * an absolute address is otherwise kept as written. Undefined when it is empty; as written when there is no base.
 */
export function resolveUrl(value: string | undefined, base: string | undefined): string | undefined {
  const written = value?.trim().replace(/[\r\n\t]/g, '');
  if (!written) return undefined;
  if (!base || scheme.test(written)) return written;
  try {
    return new URL(written, base).href;
  } catch {
    return written;
  }
}

/** The address, when it is absolute and on the web; undefined otherwise. For use as a base. */
export function findWebUrl(value: string | undefined): string | undefined {
  const written = value?.trim();
  return written && /^https?:\/\//i.test(written) && parseUrl(written) ? written : undefined;
}
