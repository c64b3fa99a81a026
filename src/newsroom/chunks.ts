/** A list in pieces of at most `size`, none for an empty one: statements take 65,535 parameters at most. */
export function* toChunks<T>(list: readonly T[], size: number): Generator<T[]> {
  for (let at = 0; at < list.length; at += size) yield list.slice(at, at + size);
}
