const firstSeconds = 10;
const longestSeconds = 3_600;
const giveUpMs = 24 * 3_600_000;
const deadMs = 5 * 24 * 3_600_000;
/** Whoever is asked in the name of another is not pestered: after 10, 20, 40 and 80 s nobody asks any more. */
const mostQuestions = 5;

/**
 * When to try again after so many failures, the latest of them now: 10 s, doubled each time, an hour at most. Spread over a
 * quarter of that by `chance` (0 to 1), so that those who failed together do not come back together. `askedSeconds`
 * (Retry-After) counts when it is longer, up to an hour.
 */
export function toNextTry(failures: number, now: Date, chance: number, askedSeconds = 0): Date {
  const doubled = firstSeconds * 2 ** Math.min(failures - 1, 20);
  const seconds = Math.min(Math.max(doubled, askedSeconds), longestSeconds);
  return new Date(now.getTime() + seconds * 1000 * (1 + chance / 4));
}

/** Whether a change that has waited since then is not tried again: after a day. */
export function isGivenUp(since: Date, now: Date): boolean {
  return now.getTime() - since.getTime() >= giveUpMs;
}

/** Whether a subscriber that nothing has reached since then is taken for dead: after five days. */
export function isDead(failingSince: Date | undefined, now: Date): boolean {
  return failingSince !== undefined && now.getTime() - failingSince.getTime() >= deadMs;
}

/** Whether a subscriber that did not answer is asked again whether it meant it. */
export function mayAskAgain(failures: number): boolean {
  return failures < mostQuestions;
}
