import type { Db } from '../../db/connect.ts';
import { type DecisionQuery, listDecisions as selectDecisions } from '../../db/decisions.ts';
import type { Decision } from '../model/decision.ts';

const pageSize = 500;

/** Decisions of a topic, a story or an editor, or all of them, the latest first; `before`: only those with a lower id. */
export async function listDecisions(db: Db, query: DecisionQuery): Promise<Decision[]> {
  return selectDecisions(db, query);
}

/** All decisions that are asked for as one document, the latest first, piece by piece: only a page is in memory. */
export async function* exportDecisions(
  db: Db,
  query: Omit<DecisionQuery, 'limit'>,
  format: 'csv' | 'json',
): AsyncGenerator<string> {
  yield format === 'csv' ? toLine(columns) : '[';
  let before = query.before;
  let isFirst = true;
  for (;;) {
    const page = await selectDecisions(db, { ...query, before, limit: pageSize });
    if (page.length > 0) yield format === 'csv' ? page.map(toRow).join('') : toItems(page, isFirst);
    isFirst &&= page.length === 0;
    before = page.at(-1)?.id;
    if (page.length < pageSize) break;
  }
  if (format === 'json') yield '\n]\n';
}

/** Decisions as CSV (RFC 4180) with a head; no cell is taken for a formula by a spreadsheet. */
export function toDecisionsCsv(decisions: Decision[]): string {
  return toLine(columns) + decisions.map(toRow).join('');
}

const columns = [
  'id',
  'made_at',
  'topic',
  'story_id',
  'headline',
  'editor_id',
  'editor',
  'act',
  'reason',
  'undoes',
  'before',
  'after',
  'details',
];

function toRow(decision: Decision): string {
  const { before, after, details } = decision;
  return toLine([
    decision.id,
    decision.madeAt.toISOString(),
    decision.topicSlug,
    decision.storyId,
    decision.headline,
    decision.editorId ?? '',
    decision.editorName,
    decision.act,
    decision.reason,
    decision.undoes ?? '',
    before ? JSON.stringify(before) : '',
    after ? JSON.stringify(after) : '',
    JSON.stringify(details),
  ]);
}

function toItems(decisions: Decision[], isFirst: boolean): string {
  const items = decisions.map((decision) => `\n${JSON.stringify(decision)}`).join(',');
  return isFirst ? items : `,${items}`;
}

function toLine(cells: string[]): string {
  return `${cells.map(toCell).join(',')}\r\n`;
}

/** Spreadsheets run what begins with one of these, in full width and after white space, too. */
const formula = /^\s*[=+\-@＝＋－＠]|^[\t\r]/;
/** Some part cells by semicolons. */
const special = /[",;\r\n]/;

function toCell(text: string): string {
  const safe = formula.test(text) ? `'${text}` : text;
  return special.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
