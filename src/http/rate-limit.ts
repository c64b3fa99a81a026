/** Counts what comes from whom, in the memory of this process. */
export interface RateLimit {
  /** Counts one of `key` and returns 0, or returns the whole seconds to wait and counts nothing. */
  take(key: string, now: Date): number;
}

/** Beyond so many keys those that are at rest are forgotten. */
const mostKeys = 10_000;

/** Lets `burst` through in a row after a rest, and then `perSecond` (GCRA). */
export function createRateLimit({ burst, perSecond }: { burst: number; perSecond: number }): RateLimit {
  const stepMs = 1_000 / perSecond;
  /** When each would be at rest again. */
  const busyUntil = new Map<string, number>();
  return {
    take(key, now) {
      const at = now.getTime();
      const until = Math.max(busyUntil.get(key) ?? at, at) + stepMs;
      const aheadMs = until - at - burst * stepMs;
      if (aheadMs > 0) return Math.ceil(aheadMs / 1_000);
      if (busyUntil.size >= mostKeys) forget(busyUntil, at);
      busyUntil.set(key, until);
      return 0;
    },
  };
}

function forget(busyUntil: Map<string, number>, at: number): void {
  for (const [key, until] of busyUntil) if (until <= at) busyUntil.delete(key);
  // Where most are busy the oldest go, half of all at a time, so that not every request has to look at all.
  for (const key of busyUntil.keys()) {
    if (busyUntil.size <= mostKeys / 2) break;
    busyUntil.delete(key);
  }
}
