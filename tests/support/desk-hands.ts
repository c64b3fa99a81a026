import { randomUUID } from 'node:crypto';
import type { Db } from '../../db/connect.ts';
import { listDecisions } from '../../db/decisions.ts';
import { storeEntries } from '../../db/entries.ts';
import { holdSource } from '../../db/leases.ts';
import { lockGrouping, shareRules } from '../../db/locks.ts';
import { mergeStories } from '../../db/merge-stories.ts';
import { placeStories } from '../../db/placements.ts';
import { pruneEntries } from '../../db/prune.ts';
import { removeSource } from '../../db/remove-source.ts';
import { storeSources } from '../../db/sources.ts';
import { findStoryDates } from '../../db/stories.ts';
import { transact } from '../../db/transact.ts';
import type { Act, DecidedBy } from '../../src/model/decision.ts';
import type { Topic } from '../../src/model/topic.ts';
import { changeTopic, fillTopics } from '../../src/newsroom/curate-topic.ts';
import { type DecisionOutcome, decide } from '../../src/newsroom/decide.ts';
import { decideDue } from '../../src/newsroom/decide-due.ts';
import { publishChangedTopics } from '../../src/newsroom/publish-topic.ts';
import { createRuleBook } from '../../src/newsroom/rule-book.ts';
import { makeEntry } from './make-entry.ts';

/** The table that the hands work at. */
export interface Table {
  topics: Topic[];
  stories: string[];
  clock: Date;
}

/** One of several who work at once. */
export interface Hand {
  table: Table;
  db: Db;
  by: DecidedBy;
  pick<T>(list: readonly T[]): T;
}

/** The same choices for the same seed. */
export function createPick(seed: number): Hand['pick'] {
  let state = seed;
  return (list) => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return list[Math.floor((state / 2_147_483_648) * list.length)] as (typeof list)[number];
  };
}

const minutesFrom = (at: Date) => (n: number) => new Date(at.getTime() + n * 60_000);

const acts =
  'publish publish hold spike release pin pin unpin edit edit lead schedule schedule place place undo undo undo';
type Name = Exclude<Act['act'], 'merge'>;

async function chooseAct({ db, pick, table }: Hand, topicId: string): Promise<{ act: Act; storyId: string }> {
  const minutes = minutesFrom(table.clock);
  const storyId = pick(table.stories);
  const name = pick([...(acts.split(' ') as Name[]), pick(['merge', 'undo'] as const)]);
  if (name === 'pin') return { storyId, act: { act: 'pin', until: pick([undefined, minutes(2)]) } };
  if (name === 'edit') {
    return {
      storyId,
      act: {
        act: 'edit',
        headline: pick([null, undefined, 'Ours', 'Other']),
        standfirst: pick([undefined, null, 'So.']),
      },
    };
  }
  if (name === 'lead') {
    const rows = await db
      .selectFrom('story_entries')
      .select('entry_id')
      .where('story_id', '=', storyId)
      .execute();
    return { storyId, act: { act: 'lead', entryId: pick([null, ...rows.map((row) => row.entry_id)]) } };
  }
  if (name === 'schedule') {
    return {
      storyId,
      act: {
        act: 'schedule',
        publishAt: pick([undefined, null, minutes(2)]),
        expireAt: pick([undefined, null, minutes(4)]),
      },
    };
  }
  if (name === 'merge') return { storyId, act: { act: 'merge', otherId: pick(table.stories) } };
  if (name === 'undo') {
    const decision = pick(await listDecisions(db, { topicId, limit: pick([1, 1, 5]) }));
    return { storyId, act: decision ? { act: 'undo', decisionId: decision.id } : { act: 'spike' } };
  }
  if (name === 'correct') return { storyId, act: { act: 'correct', text: 'It was a Tuesday.' } };
  return { storyId, act: { act: name } };
}

/** One act of an editor, on any story in any topic. */
export async function decideSomething(hand: Hand): Promise<DecisionOutcome> {
  const topicId = hand.pick(hand.table.topics).id;
  const { act, storyId } = await chooseAct(hand, topicId);
  const context = { db: hand.db, now: () => hand.table.clock };
  return decide(context, hand.by, { requestId: randomUUID(), topicId, storyId, act });
}

/** What goes on at the same time and makes no story another. */
export const background = [
  ({ db, pick, table }: Hand) => decideDue({ db, now: () => minutesFrom(table.clock)(pick([0, 1])) }),
  ({ db, table }: Hand) => decideDue({ db, now: () => table.clock }),
  ({ db, table }: Hand) =>
    publishChangedTopics({
      db,
      now: () => table.clock,
      log: { error: (fields) => fail(JSON.stringify(fields)) },
    }),
  ({ db, pick, table }: Hand) =>
    changeTopic(
      db,
      pick(table.topics.slice(0, 3)).id,
      pick([
        { rule: '*' },
        { rule: 'nothing' },
        { mode: 'automatic' },
        { mode: 'assisted' },
        { mode: 'editor' },
      ]),
      table.clock,
    ),
  ({ db, table }: Hand) => fillTopics(db, table.clock),
  ({ db, pick, table }: Hand) => bringAnother(db, pick(table.stories), table.clock),
];

/** What takes stories away without a decision. */
export const upheaval = [
  ({ db, pick, table }: Hand) => groupTogether(db, pick(table.stories), pick(table.stories), table.clock),
  ({ db, pick, table }: Hand) => groupTogether(db, pick(table.stories), pick(table.stories), table.clock),
  ({ db, table }: Hand) => pruneEntries(db, table.clock, 1, table.clock),
  async ({ db, pick }: Hand) => {
    const sources = await db.selectFrom('sources').select('id').execute();
    if (sources.length > 15) await removeSource(db, pick(sources).id);
  },
];

function fail(message: string): never {
  throw new Error(message);
}

/** Another source tells a story, which is placed anew as a refresh does. */
async function bringAnother(db: Db, storyId: string, clock: Date): Promise<void> {
  const host = randomUUID().slice(0, 8);
  const [added] = await storeSources(db, [{ feedUrl: `https://${host}.example/feed` }], clock);
  await transact(db, async (tx) => {
    await shareRules(tx);
    if (!(await holdSource(tx, added?.source.id ?? ''))) return;
    const { stored } = await storeEntries(tx, added?.source.id ?? '', [makeEntry(host)], clock);
    await lockGrouping(tx, 0);
    const dates = await findStoryDates(tx, [storyId]);
    const datedAt = dates.get(storyId);
    if (!datedAt) return;
    await tx
      .insertInto('story_entries')
      .values(stored.map(({ id }) => ({ entry_id: id, story_id: storyId, joined_at: clock })))
      .execute();
    const rules = (await createRuleBook().read(tx)).filter(({ topic }) => topic.rule === '*');
    await placeStories(
      tx,
      rules.map(({ topic }) => ({
        topicId: topic.id,
        storyId,
        state: topic.mode === 'automatic' ? 'published' : 'candidate',
        reasons: [],
        datedAt,
      })),
      clock,
    );
  });
}

async function groupTogether(db: Db, intoId: string, fromId: string, clock: Date): Promise<void> {
  await transact(db, async (tx) => {
    await shareRules(tx);
    await lockGrouping(tx, 0);
    const standing = await findStoryDates(tx, [intoId, fromId]);
    if (standing.size === 2) await mergeStories(tx, [{ fromId, intoId }], clock);
  });
}
