/**
 * `automatic`: the rule publishes. `editor`: nothing is published without a decision. `assisted`: a candidate is published
 * after some minutes, or as soon as some number of sources tell it, unless an editor has decided otherwise.
 */
export type TopicMode = 'automatic' | 'editor' | 'assisted';
export const topicModes = ['automatic', 'editor', 'assisted'] as const satisfies readonly TopicMode[];

/** Ids of the sources that a topic takes from; an empty list: from none (any more). */
export type TopicSources = 'all' | string[];

/** A subject that we republish, such as World News. */
export interface Topic {
  id: string;
  /** Stable for ever: what its documents are identified by. */
  uuid: string;
  /** In addresses: lower-case letters, digits and hyphens. */
  slug: string;
  name: string;
  description: string;
  rule: string;
  mode: TopicMode;
  /** BCP 47 language tag of the topic's own texts. */
  language: string;
  /** How many items its documents hold. */
  itemLimit: number;
  sourceIds: TopicSources;
  /** Whether its documents name related stories. */
  showsRelated: boolean;
  /** Mode `assisted`: minutes until a candidate is published by itself. */
  assistMinutes: number;
  /** Mode `assisted`: sources that have to tell a story for it to be published at once. */
  assistSources: number;
  /** Another after each change. */
  ruleVersion: string;
  position: number;
  createdAt: Date;
  /** When its rule, sources, mode or the mode’s numbers last changed: what waits in an assisted topic waits from then on. */
  changedAt: Date;
}

const longestSlug = 80;
const slugParts = /[\p{L}\p{N}]+/gu;

/**
 * The slug of a name: "World News" → "world-news"; accents are dropped, other scripts kept.
 * Empty when the name has no letter or digit.
 */
export function toSlug(name: string): string {
  const folded = name
    .normalize('NFKD')
    .replace(/\p{Mn}/gu, '')
    .toLowerCase()
    .normalize('NFC');
  const slug = (folded.match(slugParts) ?? []).join('-');
  if (slug.length <= longestSlug) return slug;
  // Between words, where there are words.
  const between = slug.lastIndexOf('-', longestSlug);
  return slug.slice(0, between > 20 ? between : longestSlug).replace(/-+$|\p{Surrogate}/gu, '');
}
