/** An act as it goes over the wire: moments in ISO 8601. */
export type WireAct =
  | { act: 'publish' | 'hold' | 'spike' | 'release' | 'unpin' | 'place' }
  | { act: 'pin'; until?: string }
  | { act: 'edit'; headline?: string | null; standfirst?: string | null }
  | { act: 'correct'; text: string }
  | { act: 'lead'; entryId: string | null }
  | { act: 'schedule'; publishAt?: string | null; expireAt?: string | null }
  | { act: 'merge'; otherId: string }
  /** `of`: the request whose decision is taken back, while its id is not known yet. */
  | { act: 'undo'; decisionId?: string; of?: string };

/** One act on its way to the server, kept until it was answered. */
export interface Delivery {
  /** A UUID: the same act sent twice is done once. */
  requestId: string;
  /** Slug of the topic it is decided in. */
  topic: string;
  storyId: string;
  /** What the placement's version will be when it arrives, as far as this page can know. */
  version?: number;
  act: WireAct;
  reason?: string;
  /** What the story was called, for sentences about it. */
  headline: string;
}

/** What the server made of an act. */
export interface Outcome {
  kind: 'decided' | 'repeated' | 'conflict' | 'refused';
  decision?: { id: string };
  placement?: { version: number; state: string };
  storyId?: string;
  code?: string;
  /** Why not, for a person. */
  message?: string;
}

/** What sending came to. */
export type Answer =
  | { kind: 'answered'; outcomes: Outcome[] }
  /** The session is over, or its token is another one now. */
  | { kind: 'signed-out' }
  /** No connection, or a server that is not itself: to be tried again. */
  | { kind: 'unreachable' }
  /** The server cannot take this, now or ever. */
  | { kind: 'refused'; message: string };
