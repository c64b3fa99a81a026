const hour = 3_600;
const day = 24 * hour;
const shortestSeconds = hour;
const longestSeconds = 30 * day;
const usualSeconds = 10 * day;

/** The seconds that a subscription is granted for so many asked: an hour to thirty days, ten days unless asked. */
export function toLeaseSeconds(asked?: number): number {
  return Math.min(Math.max(asked ?? usualSeconds, shortestSeconds), longestSeconds);
}
