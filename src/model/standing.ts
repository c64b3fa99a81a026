import type { Standing } from './decision.ts';
import type { Placement } from './placement.ts';

/** What decisions have made of a placement, as JSON keeps it. */
export function toStanding(placement: Placement): Standing {
  return dropMissing({
    state: placement.state,
    headline: placement.headline,
    standfirst: placement.standfirst,
    editedFrom: placement.editedFrom,
    leadEntryId: placement.leadEntryId,
    pinnedAt: placement.pinnedAt?.toISOString(),
    pinnedUntil: placement.pinnedUntil?.toISOString(),
    publishAt: placement.publishAt?.toISOString(),
    expireAt: placement.expireAt?.toISOString(),
    corrections: placement.corrections,
  });
}

/** Without the fields that say nothing. */
export function dropMissing(standing: Standing): Standing {
  return Object.fromEntries(
    Object.entries(standing).filter(([, value]) => value !== undefined),
  ) as unknown as Standing;
}

/** Whether two standings are the same to readers and editors. */
export function isSameStanding(one: Standing | undefined, other: Standing | undefined): boolean {
  return toKey(one) === toKey(other);
}

/**
 * Whether a standing is still what a decision left, but for hours and leads that may go by themselves: it isn't when the
 * placement of another story has taken its place, as when grouping merges the two.
 */
export function isAsLeft(left: Standing, present: Standing): boolean {
  return (
    present.state === left.state &&
    present.headline === left.headline &&
    present.standfirst === left.standfirst &&
    (present.pinnedAt === undefined) === (left.pinnedAt === undefined)
  );
}

function toKey(standing: Standing | undefined): string {
  if (!standing) return '';
  const { editedFrom, ...plain } = dropMissing(standing);
  const words = editedFrom && [editedFrom.title, editedFrom.summary];
  return JSON.stringify([Object.entries(plain).sort(([a], [b]) => (a < b ? -1 : 1)), words]);
}

/**
 * A standing of the past as it may stand again now: hours that have passed since don't come back, for the clock would act
 * on them at once, and neither does a lead that tells the story no more. What was pinned until such an hour stays pinned.
 */
export function toStandingAgain(
  standing: Standing,
  now: Date,
  isOfStory: (entryId: string) => boolean,
): Standing {
  const ahead = (at: string | undefined) => (at !== undefined && new Date(at) > now ? at : undefined);
  const { leadEntryId } = standing;
  return dropMissing({
    ...standing,
    leadEntryId: leadEntryId !== undefined && isOfStory(leadEntryId) ? leadEntryId : undefined,
    pinnedUntil: ahead(standing.pinnedUntil),
    publishAt: ahead(standing.publishAt),
    expireAt: ahead(standing.expireAt),
  });
}
