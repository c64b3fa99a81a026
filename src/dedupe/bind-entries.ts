/** What is known of an entry before its likeness to others is looked at. */
export interface BoundEntry {
  entryId: string;
  sourceId: string;
  /** What it shares with other entries of the same article; undefined: with none. */
  articleKey?: string;
  /** The story that it stays in with all others of that story that are settled; undefined: it is grouped anew. */
  settledIn?: string;
}

export interface BindOptions {
  /** Pairs of entries of which an editor said that they tell one story. */
  together: [string, string][];
  /** Whether an editor said that these two entries do not tell one story. */
  isApart(entryId: string, otherId: string): boolean;
}

/** Entries that go together whatever they say. */
export interface Binding {
  entryIds: Set<string>;
  sourceIds: Set<string>;
}

/**
 * Binds entries that go together whatever they say: those that are settled in one story, those of which an editor said so,
 * and an entry that is grouped anew with the first one of the same article, when their sources differ. Never those that are
 * to be apart. Entry id → its binding; `entries` are in the order of their dates.
 */
export function bindEntries(entries: BoundEntry[], { together, isApart }: BindOptions): Map<string, Binding> {
  const bindings = new Map<string, Binding>();
  for (const { entryId, sourceId } of entries) {
    bindings.set(entryId, { entryIds: new Set([entryId]), sourceIds: new Set([sourceId]) });
  }
  const bind = (one: Binding | undefined, other: Binding | undefined) => {
    if (!one || !other || one === other || areApart(one, other, isApart)) return;
    const [large, small] =
      one.entryIds.size >= other.entryIds.size ? ([one, other] as const) : ([other, one] as const);
    for (const id of small.sourceIds) large.sourceIds.add(id);
    for (const id of small.entryIds) {
      large.entryIds.add(id);
      bindings.set(id, large);
    }
  };
  bindSettled(entries, bindings, bind);
  for (const [entryId, otherId] of together) bind(bindings.get(entryId), bindings.get(otherId));
  bindArticles(entries, bindings, bind);
  return bindings;
}

type Bind = (one: Binding | undefined, other: Binding | undefined) => void;

function areApart(one: Binding, other: Binding, isApart: BindOptions['isApart']): boolean {
  for (const a of one.entryIds) for (const b of other.entryIds) if (isApart(a, b)) return true;
  return false;
}

function bindSettled(entries: BoundEntry[], bindings: ReadonlyMap<string, Binding>, bind: Bind): void {
  const firsts = new Map<string, string>();
  for (const { entryId, settledIn } of entries) {
    if (settledIn === undefined) continue;
    const first = firsts.get(settledIn);
    if (first === undefined) firsts.set(settledIn, entryId);
    else bind(bindings.get(first), bindings.get(entryId));
  }
}

function bindArticles(entries: BoundEntry[], bindings: ReadonlyMap<string, Binding>, bind: Bind): void {
  const firsts = new Map<string, string>();
  for (const { entryId, sourceId, articleKey, settledIn } of entries) {
    if (articleKey === undefined) continue;
    const first = firsts.get(articleKey);
    if (first === undefined) firsts.set(articleKey, entryId);
    else if (settledIn === undefined) {
      const binding = bindings.get(first);
      if (!binding?.sourceIds.has(sourceId)) bind(binding, bindings.get(entryId));
    }
  }
}
