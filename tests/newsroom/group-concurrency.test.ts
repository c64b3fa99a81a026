import { expect, test } from 'vitest';
import type { Db } from '../../db/connect.ts';
import { storeEntries } from '../../db/entries.ts';
import { shareRules } from '../../db/locks.ts';
import { storeSources } from '../../db/sources.ts';
import { transact } from '../../db/transact.ts';
import { type RefreshSourcesContext, refreshSources } from '../../jobs/refresh-sources.ts';
import type { IdentifiedEntry } from '../../src/model/entry.ts';
import { groupStored } from '../../src/newsroom/group-stored.ts';
import { makeEntry } from '../support/make-entry.ts';
import { firstAt, useNewsroom } from '../support/newsroom.ts';

const room = useNewsroom();

/** A word that no other round and no other place has. */
const word = (round: number, place: number) =>
  `${'bdfgklmnprstvz'[place]}${'aeiou'[round % 5]}${'lmnr'[Math.floor(round / 5)]}${'aeiouaeiouaeio'[place]}${'kbtgdpsmvzrfnl'[place]}or`;
const toTellings = (round: number) => {
  const [a, b, c, d, e, f, g, h] = Array.from({ length: 8 }, (_, place) => word(round, place));
  return [
    {
      id: `${round}a`,
      title: `The ${a} ${b} of ${c} meets a ${d}`,
      summary: `In ${c} the ${e} ${f} a ${g} of the ${b}.`,
    },
    {
      id: `${round}b`,
      title: `${c}: ${b} and ${d} in a ${a}`,
      summary: `That ${e} in ${c} says the ${g} was a ${h}.`,
    },
  ];
};

/** Refreshes both sources by a worker each, at the same time. */
async function refreshTogether(workers: RefreshSourcesContext[], ids: string[]) {
  const reports = await Promise.all(
    ids.map((id, at) => refreshSources(workers[at] as RefreshSourcesContext, [id])),
  );
  expect(reports.flat().map(({ outcome }) => outcome)).toEqual(ids.map(() => 'fetched'));
}

async function listLost(db: Db) {
  return db
    .selectFrom('entries')
    .leftJoin('story_entries', 'story_entries.entry_id', 'entries.id')
    .select('guid')
    .where('story_entries.story_id', 'is', null)
    .execute();
}

test('two workers that bring tellings of one event at once open one story, twenty times', async () => {
  const workers = [room.startWorker(room.connect()), room.startWorker(room.connect())];
  for (let round = 0; round < 20; round++) {
    const [one, other] = toTellings(round);
    const first = await room.offer(`alpha${round}`, { items: [one!] });
    const second = await room.offer(`beta${round}`, { items: [other!] });
    await refreshTogether(workers, [first, second]);
  }
  expect(await room.listGroups()).toEqual(Array.from({ length: 20 }, (_, n) => `${n}a ${n}b`).sort());
});

test('four workers that bring the same ten events in other orders open ten stories', async () => {
  const pools = Array.from({ length: 4 }, () => room.connect());
  const ids = await Promise.all(
    pools.map((_, at) => {
      const items = Array.from({ length: 10 }, (_, n) => ({
        ...toTellings(n)[at % 2]!,
        id: `${n}${'abcd'[at]}`,
      }));
      return room.offer(`source${at}`, { items: at < 2 ? items : items.reverse() });
    }),
  );
  await refreshTogether(
    pools.map((pool) => room.startWorker(pool)),
    ids,
  );
  expect(await room.listGroups()).toEqual(Array.from({ length: 10 }, (_, n) => `${n}a ${n}b ${n}c ${n}d`));
});

test('the same address in two languages at once is one story, twenty times', async () => {
  const workers = [room.startWorker(room.connect()), room.startWorker(room.connect())];
  for (let round = 0; round < 20; round++) {
    const [one, other] = toTellings(round);
    const url = `https://agency.example/news/${round}`;
    const first = await room.offer(`alpha${round}`, { items: [{ ...one!, url }] });
    const second = await room.offer(`beta${round}`, { items: [{ ...other!, url }], language: 'de' });
    await refreshTogether(workers, [first, second]);
  }
  expect(await room.listGroups()).toEqual(Array.from({ length: 20 }, (_, n) => `${n}a ${n}b`).sort());
});

/** A promise, and what keeps it. */
function createSignal(): [Promise<void>, () => void] {
  let keep = () => {};
  const promise = new Promise<void>((resolve) => {
    keep = resolve;
  });
  return [promise, keep];
}

/** Stores and groups an entry as a refresh does, and holds the transaction until `release` is called. */
async function beginBringing(db: Db, source: string, entry: IdentifiedEntry) {
  const context = room.startWorker(db);
  const [added] = await storeSources(db, [{ feedUrl: `https://${source}.example/feed` }], room.clock);
  const [held, release] = createSignal();
  const [grouped, began] = createSignal();
  const done = transact(db, async (tx) => {
    await shareRules(tx);
    const { stored } = await storeEntries(tx, added!.source.id, [entry], room.clock);
    await groupStored(tx, context, added!.source, [entry], stored, room.clock);
    began();
    await held;
  });
  await Promise.race([grouped, done]);
  return { release, done };
}

const bringNow = async (db: Db, source: string, entry: IdentifiedEntry) => {
  const { release, done } = await beginBringing(db, source, entry);
  release();
  await done;
};

const toEntry = (
  guid: string,
  telling: { title: string; summary: string },
  change: Partial<IdentifiedEntry> = {},
) => makeEntry(guid, { ...telling, contentHtml: '', language: 'en', publishedAt: firstAt, ...change });
const parliament = {
  title: 'Parliament in Lisvane votes down the budget',
  summary: 'Oberlin loses his majority.',
};
const url = 'https://agency.example/news/17';
const pause = () => new Promise((resolve) => setTimeout(resolve, 300));

test('a story that another language joins by its address may be taken up meanwhile: no entry is lost', async () => {
  const [quake, sameQuake] = toTellings(0);
  await bringNow(room.db, 'alpha', toEntry('quake', quake!));
  await bringNow(room.db, 'beta', toEntry('changing', parliament, { canonicalUrl: url }));
  const german = await beginBringing(
    room.connect(),
    'gamma',
    toEntry('german', parliament, { canonicalUrl: url, language: 'de' }),
  );
  const taking = bringNow(room.connect(), 'beta', toEntry('changing', sameQuake!, { canonicalUrl: url }));
  await pause();
  german.release();
  await Promise.all([german.done, taking]);
  expect(await listLost(room.db)).toEqual([]);
  // The one waited for the other: by then its story tells more than it alone.
  expect(await room.listGroups()).toEqual(['changing german', 'quake']);
});

test('an entry of another language joins by its address a story that was taken up at the same time', async () => {
  const [quake, sameQuake] = toTellings(0);
  await bringNow(room.db, 'alpha', toEntry('quake', quake!));
  await bringNow(room.db, 'beta', toEntry('changing', parliament, { canonicalUrl: url }));
  const taking = await beginBringing(
    room.connect(),
    'beta',
    toEntry('changing', sameQuake!, { canonicalUrl: url }),
  );
  const german = bringNow(
    room.connect(),
    'gamma',
    toEntry('german', parliament, { canonicalUrl: url, language: 'de' }),
  );
  await pause();
  taking.release();
  const [took, joined] = await Promise.allSettled([taking.done, german]);
  expect(took.status).toBe('fulfilled');
  expect(joined).toMatchObject({ status: 'fulfilled' });
  expect(await room.listGroups()).toEqual(['changing german quake']);
});

/** A story of both languages by its address, and an older one of the second language that tells the same. */
async function tellInTwoLanguages() {
  const [one, other] = toTellings(0);
  const german = { language: 'de' };
  await bringNow(room.db, 'alpha', toEntry('older', other!, german));
  await bringNow(room.db, 'beta', toEntry('english', one!, { canonicalUrl: url }));
  await bringNow(room.db, 'gamma', toEntry('german', one!, { canonicalUrl: url, ...german }));
  expect(await room.listGroups()).toEqual(['english german', 'older']);
  return {
    joining: () => beginBringing(room.connect(), 'delta', toEntry('joining', other!)),
    taking: () =>
      beginBringing(room.connect(), 'epsilon', toEntry('taking', { ...one!, title: other!.title }, german)),
  };
}

test.each(['joining', 'taking'] as const)(
  'a story that one language joins by its words while another takes it up loses nothing: %s comes first',
  async (first) => {
    const { joining, taking } = await tellInTwoLanguages();
    const begun = await (first === 'joining' ? joining() : taking());
    const following = first === 'joining' ? taking() : joining();
    await pause();
    begun.release();
    await begun.done;
    const { release, done } = await following;
    release();
    await done;
    expect(await listLost(room.db)).toEqual([]);
    expect(await room.listGroups()).toEqual(['english german joining older taking']);
  },
);
