import type { Correction } from './correction.ts';
import type { EditedFrom, PlacementState } from './placement.ts';

/** What an editor may do with a story in a topic. */
export type Act =
  | { act: 'publish' }
  | { act: 'hold' }
  | { act: 'spike' }
  /** Back among the candidates. */
  | { act: 'release' }
  | { act: 'pin'; until?: Date }
  | { act: 'unpin' }
  /** `null`: the publisher's own again; undefined: as it is. */
  | { act: 'edit'; headline?: string | null; standfirst?: string | null }
  /** Said to readers of the published item. */
  | { act: 'correct'; text: string }
  /** `null`: whichever the story has. */
  | { act: 'lead'; entryId: string | null }
  /** `null`: never; undefined: as it is. */
  | { act: 'schedule'; publishAt?: Date | null; expireAt?: Date | null }
  /** Into this topic, in which it may have no placement yet. */
  | { act: 'place' }
  /** This story takes up the other. */
  | { act: 'merge'; otherId: string }
  | { act: 'undo'; decisionId: string };

export type ActName = Act['act'];

/** How a story stands in a topic: all that decisions change, as JSON keeps it (moments in ISO 8601). */
export interface Standing {
  state: PlacementState;
  headline?: string;
  standfirst?: string;
  editedFrom?: EditedFrom;
  leadEntryId?: string;
  pinnedAt?: string;
  pinnedUntil?: string;
  publishAt?: string;
  expireAt?: string;
  /** The oldest first. */
  corrections?: Correction[];
}

/** What else is to know of a decision, such as the entries that a merge brought. */
export type DecisionDetails = Record<string, unknown>;

/** One act on a story in a topic, kept for ever. */
export interface Decision {
  id: string;
  requestId: string;
  topicId: string;
  topicSlug: string;
  storyId: string;
  /** The headline that it was decided under. */
  headline: string;
  /** Undefined: the clock or the rule. */
  editorId?: string;
  editorName: string;
  act: ActName;
  details: DecisionDetails;
  reason: string;
  /** Undefined: the story had no placement there. */
  before?: Standing;
  after?: Standing;
  /** The decision that this one takes back. */
  undoes?: string;
  madeAt: Date;
}

/** What an editor asks for. */
export interface DecisionRequest {
  /** A UUID that the client made: a request that arrives twice decides once. */
  requestId: string;
  topicId: string;
  storyId: string;
  /** Version of the placement that the editor saw; undefined: whatever it is now. */
  version?: number;
  act: Act;
  /** Why, in the editor's words; may be empty. */
  reason?: string;
}

/** Who decides. `id` undefined: the clock or a rule, by its name. */
export interface DecidedBy {
  id?: string;
  name: string;
}
