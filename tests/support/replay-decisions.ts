import type { Decision, Standing } from '../../src/model/decision.ts';
import { isSameStanding } from '../../src/model/standing.ts';
import type { MergeRecord } from '../../src/newsroom/decide-merge.ts';

/** How stories stand by the log alone: `topic story` → standing; null: taken out of the topic; what is left out is not told by it. */
export type Replayed = Map<string, Standing | null>;

/**
 * Replays decisions in their order, from nothing. Throws where one was made on another standing than the one before it left.
 * In topics in which a merge was not decided it leaves what the log does not tell.
 */
export function replayDecisions(decisions: Decision[]): Replayed {
  const standing: Replayed = new Map();
  const byId = new Map(decisions.map((decision) => [decision.id, decision]));
  for (const decision of decisions) {
    const key = `${decision.topicId} ${decision.storyId}`;
    const known = standing.get(key);
    // What was taken out the rule may have placed anew.
    if (known && !isSameStanding(known, decision.before)) {
      throw new Error(`${JSON.stringify(known)} stood before ${JSON.stringify(decision)}`);
    }
    for (const storyId of listMixed(decision, byId)) {
      for (const other of [...standing.keys()]) if (other.endsWith(` ${storyId}`)) standing.delete(other);
    }
    standing.set(key, decision.after ?? null);
  }
  return standing;
}

/** The two stories that a decision made one, or parted. */
function listMixed({ details, undoes, storyId }: Decision, byId: Map<string, Decision>): string[] {
  const merged = details.merged as MergeRecord | undefined;
  if (merged) return [storyId, merged.storyId];
  if (!details.parted) return [];
  const undone = byId.get(undoes ?? '')?.details.merged as MergeRecord | undefined;
  return [storyId, undone?.storyId ?? ''];
}
