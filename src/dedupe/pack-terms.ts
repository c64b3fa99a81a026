import type { EntryTerms, Term } from './entry-terms.ts';

/** Bytes of a packed term: its hash and its two weights. */
const termBytes = 6;
/** Weights are kept in steps of a hundredth. */
const steps = 100;

/**
 * Terms as bytes, six each: the hash (32 bits, little endian), weight and title weight in hundredths, at most 2.55.
 */
export function packTerms(terms: Term[]): Buffer {
  const bytes = Buffer.alloc(terms.length * termBytes);
  terms.forEach(({ hash, weight, titleWeight }, index) => {
    const at = index * termBytes;
    bytes.writeInt32LE(hash, at);
    bytes[at + 4] = toStep(weight);
    bytes[at + 5] = toStep(titleWeight);
  });
  return bytes;
}

/** What packTerms packed; half a term at the end is left out. */
export function unpackTerms(bytes: Buffer): Term[] {
  const terms: Term[] = [];
  for (let at = 0; at + termBytes <= bytes.length; at += termBytes) {
    terms.push({
      hash: bytes.readInt32LE(at),
      weight: (bytes[at + 4] ?? 0) / steps,
      titleWeight: (bytes[at + 5] ?? 0) / steps,
    });
  }
  return terms;
}

function toStep(weight: number): number {
  return Math.min(255, Math.round(weight * steps));
}

/** Shingles as bytes, four each, little endian. */
export function packShingles(shingles: EntryTerms['shingles']): Buffer {
  const bytes = Buffer.alloc(shingles.length * 4);
  shingles.forEach((hash, index) => {
    bytes.writeInt32LE(hash, index * 4);
  });
  return bytes;
}

/** What packShingles packed. */
export function unpackShingles(bytes: Buffer): Int32Array {
  return Int32Array.from({ length: bytes.length >> 2 }, (_, index) => bytes.readInt32LE(index * 4));
}
