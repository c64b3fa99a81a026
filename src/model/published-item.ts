/**
 * How an item left its topic: an editor or the clock took it back, its story was merged with one that stands there, or
 * the rule (or what was removed) does not bring it any more.
 */
export type Leaving = 'retracted' | 'merged' | 'withdrawn';

/** An item that was taken back after it was published. */
export interface Retraction {
  itemUuid: string;
  at: Date;
  /** Why; empty when nobody said. */
  comment: string;
}

/** Items of a closed archive, but for those that were retracted since. */
export const itemsPerArchive = 50;
