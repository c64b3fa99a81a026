/**
 * Counts distinct things without keeping them: HyperLogLog (Flajolet et al., 2007), 2,048 registers of a byte, which is off by
 * about 2 %. Two sketches over the same hashes merge to that of both.
 */
const indexBits = 11;
const size = 2 ** indexBits;

/** A sketch of nothing. */
export function createSketch(): Uint8Array {
  return new Uint8Array(size);
}

/** Adds a thing by its hash: at least eight evenly spread bytes. */
export function addToSketch(sketch: Uint8Array, hash: Uint8Array): void {
  const view = new DataView(hash.buffer, hash.byteOffset, hash.byteLength);
  const index = view.getUint32(0) >>> (32 - indexBits);
  const rank = Math.clz32(view.getUint32(4)) + 1;
  if (rank > (sketch[index] ?? 0)) sketch[index] = rank;
}

/** The sketch of both; `undefined` is one of nothing, and so is one of another size. */
export function mergeSketches(one: Uint8Array | undefined, other: Uint8Array): Uint8Array {
  if (one?.length !== other.length) return other;
  return other.map((rank, index) => Math.max(rank, one[index] ?? 0));
}

/** About how many were added. */
export function countSketch(sketch: Uint8Array): number {
  let sum = 0;
  let empty = 0;
  for (const rank of sketch) {
    sum += 2 ** -rank;
    if (rank === 0) empty += 1;
  }
  const estimate = ((0.7213 / (1 + 1.079 / size)) * size * size) / sum;
  // Few things leave many registers empty, which says more exactly how many they were.
  if (estimate <= 2.5 * size && empty > 0) return Math.round(size * Math.log(size / empty));
  return Math.round(estimate);
}
