import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, test } from 'vitest';
import { insertDecisions } from '../../db/decisions.ts';
import type { Decision } from '../../src/model/decision.ts';
import { exportDecisions, listDecisions, toDecisionsCsv } from '../../src/newsroom/list-decisions.ts';
import { addEditor } from '../support/desk.ts';
import { useDatabase } from '../support/postgres.ts';

const database = useDatabase();
let anaId = '';

const make = (change: Partial<Decision> = {}): Omit<Decision, 'id'> => ({
  requestId: randomUUID(),
  topicId: '1',
  topicSlug: 'world',
  storyId: '7',
  headline: 'Headline',
  editorName: 'clock',
  act: 'publish',
  details: {},
  reason: '',
  before: { state: 'candidate' },
  after: { state: 'published' },
  madeAt: new Date('2026-02-16T09:00:00Z'),
  ...change,
});

beforeAll(async () => {
  anaId = (await addEditor(database.db, 'Ana')).id;
  await insertDecisions(
    database.db,
    Array.from({ length: 1_203 }, (_, n) =>
      make({
        topicId: n % 2 === 0 ? '1' : '2',
        storyId: String(n % 3),
        editorId: n % 5 === 0 ? anaId : undefined,
      }),
    ),
  );
});

const collect = async (pieces: AsyncGenerator<string>) => {
  const list: string[] = [];
  for await (const piece of pieces) list.push(piece);
  return list;
};

test('by topic, story and editor, the latest first, page by page', async () => {
  const first = await listDecisions(database.db, { topicId: '1', storyId: '0', editorId: anaId, limit: 20 });
  expect(first).toHaveLength(20);
  const second = await listDecisions(database.db, {
    topicId: '1',
    storyId: '0',
    editorId: anaId,
    limit: 100,
    before: first.at(-1)?.id,
  });
  expect(second).toHaveLength(21);
  const ids = [...first, ...second].map(({ id }) => Number(id));
  expect(ids).toEqual([...ids].sort((a, b) => b - a));
  expect(new Set(ids).size).toBe(41);
});

describe('the export', () => {
  test('as JSON has all of them once, in several pieces', async () => {
    const pieces = await collect(exportDecisions(database.db, {}, 'json'));
    expect(pieces.length).toBeGreaterThan(4);
    const all: Decision[] = JSON.parse(pieces.join(''));
    expect(new Set(all.map(({ id }) => id)).size).toBe(1_203);
    expect(all[0]).toMatchObject({ act: 'publish', after: { state: 'published' } });
  });

  test('of nothing is an empty list, and a head', async () => {
    expect(
      JSON.parse((await collect(exportDecisions(database.db, { topicId: '9' }, 'json'))).join('')),
    ).toEqual([]);
    expect((await collect(exportDecisions(database.db, { topicId: '9' }, 'csv'))).join('')).toBe(
      toDecisionsCsv([]),
    );
  });

  test('as CSV is the same as the list at once', async () => {
    const csv = (await collect(exportDecisions(database.db, { topicId: '1' }, 'csv'))).join('');
    expect(csv).toBe(toDecisionsCsv(await listDecisions(database.db, { topicId: '1', limit: 5_000 })));
    expect(csv.split('\r\n')).toHaveLength(602 + 2);
  });
});

test.each([
  ['=1+1', "'=1+1"],
  ['+1', "'+1"],
  ['-1', "'-1"],
  ['@SUM(A1)', "'@SUM(A1)"],
  ['  =1', "'  =1"],
  ['\t=1', "'\t=1"],
  ['a "quoted", one', '"a ""quoted"", one"'],
  ['two\nlines', '"two\nlines"'],
  ['=a,"b"', '"\'=a,""b"""'],
  ['a = b', 'a = b'],
])('the cell of %j is %j', (headline, cell) => {
  expect(toDecisionsCsv([{ id: '1', ...make({ headline }) }])).toContain(`,7,${cell},,clock,`);
});
