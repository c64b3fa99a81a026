/** A story that stands before its entries are grouped anew. */
export interface MappedStory {
  storyId: string;
  /** Undefined when its lead went: then its first entry stands for it. */
  leadEntryId?: string;
  /** Whether some topic publishes it. */
  isPublished: boolean;
}

/** How the stories that stand come to be as the groups are. */
export interface GroupMapping {
  /** Stories that are taken up by others, with all their entries. */
  merges: { fromId: string; intoId: string }[];
  /** Groups, by place, that no story stands for: new ones have to be opened. */
  opened: number[];
  /** By place, the story that each other group is. */
  storyOf: (string | undefined)[];
}

/**
 * Finds the story that each group is: the one whose lead is in it. Of several it is one that is published, and of these the
 * oldest; it takes up the others. So each story stays or is taken up, and none is lost.
 * @param groups ids of entries in the order of their dates, each entry once
 * @param stories the oldest first
 * @param storyOfEntry the story of each entry before
 */
export function mapGroups(
  groups: string[][],
  stories: MappedStory[],
  storyOfEntry: ReadonlyMap<string, string>,
): GroupMapping {
  const placeOf = new Map<string, number>();
  const firstOf = new Map<string, number>();
  groups.forEach((group, place) => {
    for (const entryId of group) {
      placeOf.set(entryId, place);
      const storyId = storyOfEntry.get(entryId) ?? '';
      if (!firstOf.has(storyId)) firstOf.set(storyId, place);
    }
  });
  const claims = new Map<number, MappedStory[]>();
  for (const story of stories) {
    const place = placeOf.get(story.leadEntryId ?? '') ?? firstOf.get(story.storyId);
    if (place === undefined) continue;
    const list = claims.get(place);
    if (list) list.push(story);
    else claims.set(place, [story]);
  }
  return settleClaims(groups, claims);
}

function settleClaims(groups: string[][], claims: ReadonlyMap<number, MappedStory[]>): GroupMapping {
  const mapping: GroupMapping = { merges: [], opened: [], storyOf: [] };
  for (const place of groups.keys()) {
    const standing = claims.get(place) ?? [];
    const kept = standing.find(({ isPublished }) => isPublished) ?? standing[0];
    mapping.storyOf[place] = kept?.storyId;
    if (!kept) mapping.opened.push(place);
    for (const { storyId } of standing) {
      if (kept && storyId !== kept.storyId) mapping.merges.push({ fromId: storyId, intoId: kept.storyId });
    }
  }
  return mapping;
}
