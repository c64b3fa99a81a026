/**
 * A term as a signed 32-bit number (which V8 keeps without a heap object): FNV-1a over its UTF-16 units, the last bit telling numbers (1) from words (0).
 */
export function hashTerm(term: string): number {
  const first = term.charCodeAt(0);
  const isNumber = first >= 48 && first <= 57;
  return (mix(fnv(term)) & ~1) | (isNumber ? 1 : 0);
}

/** Whether a term's hash is that of a number. */
export function isNumberHash(hash: number): boolean {
  return (hash & 1) === 1;
}

/** FNV-1a, 32 bits, over UTF-16 units. */
export function fnv(text: string, seed = 0x811c9dc5): number {
  let hash = seed;
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return hash | 0;
}

/** Spreads the bits of a 32-bit number (the finisher of MurmurHash3). */
export function mix(value: number): number {
  let hash = value;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return hash ^ (hash >>> 16);
}
