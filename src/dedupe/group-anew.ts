import { type BindOptions, type BoundEntry, bindEntries } from './bind-entries.ts';
import type { Key } from './choose-keys.ts';
import type { Comparable } from './compare.ts';
import { type Arrival, groupEntries, type StoryCluster } from './group-entries.ts';
import { KeyIndex } from './key-index.ts';
import { addMember, keepNewest } from './likeness.ts';

/** An entry to be grouped from scratch, or one that is settled and that others are compared with. */
export interface AnewEntry extends BoundEntry {
  entry: Comparable;
  keys: Key[];
  /** Whether others are compared with it; one that is grouped anew always is. */
  isCompared: boolean;
}

export interface AnewOptions extends BindOptions {
  /** Milliseconds: how far apart in time entries may be that tell one event, and those of one affair. */
  windowMs: number;
  relatedMs: number;
  /** Entries of a story that others are compared with: the newest. */
  mostCompared: number;
}

/** Stories as they come out, each as the ids of its entries in the order of their dates. */
export interface AnewGroups {
  groups: string[][];
  /** Groups of one affair with their likeness, named by one of their entries. */
  related: { entryId: string; otherId: string; likeness: number }[];
}

/**
 * Groups entries from scratch, as if they came in the order of their dates: `entries` are in that order. What is settled
 * stays as it is: its stories are neither taken apart nor merged with each other.
 */
export function groupAnew(entries: AnewEntry[], options: AnewOptions): AnewGroups {
  const settledIn = new Map(entries.map((one) => [one.entryId, one.settledIn]));
  const isApart = (entryId: string, otherId: string) => {
    const story = settledIn.get(entryId);
    const other = settledIn.get(otherId);
    if (story !== undefined && other !== undefined && story !== other) return true;
    return options.isApart(entryId, otherId);
  };
  const table = seatEntries(entries, { together: options.together, isApart });
  const { related } = groupEntries(listArrivals(entries, table, options), {
    windowMs: options.windowMs,
    isApart,
  });
  return { groups: table.listGroups(entries), related: related.map((pair) => table.nameRelated(pair)) };
}

/** Which cluster each entry is in, while clusters take up others. */
class Seating {
  readonly #clusterOf: ReadonlyMap<string, StoryCluster>;
  readonly #byId = new Map<string, StoryCluster>();
  readonly #takenUp = new Map<StoryCluster, StoryCluster>();

  constructor(clusterOf: ReadonlyMap<string, StoryCluster>) {
    this.#clusterOf = clusterOf;
    for (const cluster of clusterOf.values()) this.#byId.set(cluster.storyId, cluster);
  }

  /** The cluster that an entry is in now. */
  find(entryId: string): StoryCluster {
    const cluster = this.#clusterOf.get(entryId);
    if (!cluster) throw new Error(`Entry ${entryId} was given no cluster`);
    return this.#follow(cluster);
  }

  #follow(cluster: StoryCluster): StoryCluster {
    let standing = cluster;
    for (let into = this.#takenUp.get(standing); into; into = this.#takenUp.get(standing)) standing = into;
    return standing;
  }

  /** Notes which of these clusters, all of which had members, were taken up by which others. */
  note(clusters: StoryCluster[]): void {
    const standing = clusters.filter(({ members }) => members.length > 0);
    for (const cluster of clusters) {
      const [entryId = ''] = cluster.entryIds;
      const into = standing.find(({ entryIds }) => entryIds.has(entryId));
      if (cluster.members.length === 0 && into) this.#takenUp.set(cluster, into);
    }
  }

  listGroups(entries: AnewEntry[]): string[][] {
    const groups = new Map<StoryCluster, string[]>();
    for (const { entryId } of entries) {
      const cluster = this.find(entryId);
      const group = groups.get(cluster);
      if (group) group.push(entryId);
      else groups.set(cluster, [entryId]);
    }
    return [...groups.values()];
  }

  nameRelated({ storyId, otherId, likeness }: { storyId: string; otherId: string; likeness: number }) {
    const toEntryId = (id: string) => [...(this.#byId.get(id)?.entryIds ?? [])][0] ?? '';
    return { entryId: toEntryId(storyId), otherId: toEntryId(otherId), likeness };
  }
}

/** Gives what is bound together one cluster, still without members; the earlier its first entry, the older it is. */
function seatEntries(entries: AnewEntry[], options: BindOptions): Seating {
  const bindings = bindEntries(entries, options);
  const clusters = new Map<unknown, StoryCluster>();
  const clusterOf = new Map<string, StoryCluster>();
  for (const { entryId } of entries) {
    const binding = bindings.get(entryId);
    let cluster = clusters.get(binding);
    if (!cluster) {
      const age = clusters.size;
      const entryIds = new Set(binding?.entryIds);
      cluster = { storyId: String(age), age, members: [], innerAll: 0, innerTitle: 0, entryIds };
      clusters.set(binding, cluster);
    }
    clusterOf.set(entryId, cluster);
  }
  return new Seating(clusterOf);
}

/** An entry that is bound to one that came before joins it; others seek. */
function* listArrivals(
  entries: AnewEntry[],
  table: Seating,
  { relatedMs, mostCompared }: AnewOptions,
): Generator<Arrival> {
  const index = new KeyIndex();
  for (const { entryId, entry, keys, settledIn, isCompared } of entries) {
    if (settledIn !== undefined && !isCompared) continue;
    const own = table.find(entryId);
    const isFirst = own.members.length === 0;
    addMember(own, entry);
    if (settledIn === undefined && isFirst) {
      const found = new Set(index.find(keys, entry.datedAt - relatedMs).map((id) => table.find(id)));
      const candidates = [...found].filter((cluster) => cluster !== own);
      yield { entry, own, candidates };
      table.note([own, ...candidates]);
    }
    keepNewest(table.find(entryId), mostCompared);
    index.add(entryId, keys, entry.datedAt);
  }
}
