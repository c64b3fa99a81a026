import { toAbsoluteUrl } from './urls.ts';

const candidateLimit = 20;
const space = /[ \t\n\f\r]/;

/**
 * A `srcset` with absolute http(s) addresses and sound descriptors (HTML §4.8.4.2.1), at most 20 candidates; what
 * is malformed or refused is left out. Undefined when nothing remains.
 */
export function toAbsoluteSrcset(raw: string, baseUrl?: string): string | undefined {
  const candidates: string[] = [];
  let position = 0;
  while (candidates.length < candidateLimit) {
    position = skip(raw, position, (character) => character === ',' || space.test(character));
    if (position >= raw.length) break;
    const start = position;
    position = skip(raw, position, (character) => !space.test(character));
    const written = raw.slice(start, position);
    const address = withoutClosingCommas(written);
    let descriptor = '';
    if (address === written) {
      const comma = raw.indexOf(',', position);
      const end = comma < 0 ? raw.length : comma;
      descriptor = raw.slice(position, Math.min(end, position + 100)).trim();
      position = end;
    }
    const candidate = toCandidate(address, descriptor, baseUrl);
    if (candidate !== undefined) candidates.push(candidate);
  }
  return candidates.length === 0 ? undefined : candidates.join(', ');
}

function skip(text: string, from: number, isSkipped: (character: string) => boolean): number {
  let at = from;
  while (at < text.length && isSkipped(text.charAt(at))) at++;
  return at;
}

function toCandidate(address: string, descriptor: string, baseUrl: string | undefined): string | undefined {
  if (!/^(?:[1-9]\d{0,5}w|\d{1,3}(?:\.\d{1,3})?x)?$/.test(descriptor)) return undefined;
  // A comma at the end of an address would be read as a separator.
  const url = toAbsoluteUrl(address, baseUrl)?.replace(/,$/, '%2C');
  return url === undefined || descriptor === '' ? url : `${url} ${toDescriptor(descriptor)}`;
}

function toDescriptor(text: string): string {
  return `${Number(text.slice(0, -1))}${text.slice(-1)}`;
}

function withoutClosingCommas(text: string): string {
  let end = text.length;
  while (end > 0 && text.charAt(end - 1) === ',') end--;
  return text.slice(0, end);
}
