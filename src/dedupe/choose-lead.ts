import type { LeadCandidate } from '../model/story.ts';

/** A lead stays until another is better by this many points. */
const clearly = 1.5;
const fairSummary = 80;
const fairBody = 600;
/** Points that half a day of being later costs, up to three. */
const halfDayMs = 43_200_000;

/**
 * The entry that represents a story: the one with most points, the earliest of equals. A point for each step of the
 * source's weight, one each for an address, an image, a summary of 80 characters and a body of 600, and one less for
 * every half day after the first telling, three at most. The present lead stays unless another has 1.5 points more.
 * Undefined when there are no candidates.
 */
export function chooseLead(candidates: LeadCandidate[], presentId?: string): string | undefined {
  const firstAt = Math.min(...candidates.map(({ datedAt }) => datedAt.getTime()));
  const scored = candidates
    .map((candidate) => ({ candidate, points: toPoints(candidate, firstAt) }))
    .sort(
      (a, b) =>
        b.points - a.points ||
        a.candidate.datedAt.getTime() - b.candidate.datedAt.getTime() ||
        Number(a.candidate.entryId) - Number(b.candidate.entryId),
    );
  const present = scored.find(({ candidate }) => candidate.entryId === presentId);
  const best = scored[0];
  if (present && best && best.points < present.points + clearly) return presentId;
  return best?.candidate.entryId;
}

function toPoints(candidate: LeadCandidate, firstAt: number): number {
  const late = Math.min(3, (candidate.datedAt.getTime() - firstAt) / halfDayMs);
  const complete =
    Number(candidate.hasUrl) +
    Number(candidate.hasImage) +
    Number(candidate.summaryLength >= fairSummary) +
    Number(candidate.bodyLength >= fairBody);
  return candidate.weight + complete - late;
}
