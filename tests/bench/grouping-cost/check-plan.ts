import { type CompiledQuery, sql } from 'kysely';
import type { Db } from '../../../db/connect.ts';

/** A node of EXPLAIN (FORMAT JSON), of what is read here. */
interface PlanNode {
  'Node Type': string;
  'Relation Name'?: string;
  'Index Name'?: string;
  'Actual Rows': number;
  'Actual Loops': number;
  'Rows Removed by Filter'?: number;
  'Shared Hit Blocks': number;
  'Shared Read Blocks': number;
  Plans?: PlanNode[];
}

/** What one statement read. */
export interface PlanSummary {
  milliseconds: number;
  /** Pages of 8 kB, found in Postgres's own memory and asked of the system. */
  pages: { hit: number; read: number };
  /** Rows of each table, by the way they were found: "entry_keys by entry_keys_pkey". */
  rows: Map<string, number>;
}

/** Runs a statement once more under EXPLAIN (ANALYZE, BUFFERS), and undoes it. */
export async function explain(db: Db, query: CompiledQuery): Promise<PlanSummary> {
  const undo = new Error('undone');
  let summary: PlanSummary | undefined;
  const work = db.transaction().execute(async (tx) => {
    const { rows } = await tx.executeQuery<{ 'QUERY PLAN': [{ Plan: PlanNode; 'Execution Time': number }] }>({
      ...query,
      sql: `explain (analyze, buffers, format json) ${query.sql}`,
    } as CompiledQuery<{ 'QUERY PLAN': [{ Plan: PlanNode; 'Execution Time': number }] }>);
    const told = rows[0]?.['QUERY PLAN'][0];
    if (told) summary = summarise(told.Plan, told['Execution Time']);
    throw undo;
  });
  await work.catch((error) => {
    if (error !== undo) throw error;
  });
  if (!summary) throw new Error('there is no plan');
  return summary;
}

function summarise(plan: PlanNode, milliseconds: number): PlanSummary {
  const rows = new Map<string, number>();
  const visit = (node: PlanNode) => {
    if (node['Relation Name']) {
      const way = node['Index Name'] ? `by ${node['Index Name']}` : `from end to end`;
      const name = `${node['Relation Name']} ${way}`;
      const read = (node['Actual Rows'] + (node['Rows Removed by Filter'] ?? 0)) * node['Actual Loops'];
      rows.set(name, (rows.get(name) ?? 0) + Math.round(read));
    }
    for (const part of node.Plans ?? []) visit(part);
  };
  visit(plan);
  return {
    milliseconds,
    pages: { hit: plan['Shared Hit Blocks'], read: plan['Shared Read Blocks'] },
    rows,
  };
}

/** The plan as Postgres prints it. */
export async function explainInWords(db: Db, query: CompiledQuery): Promise<string> {
  const { rows } = await db.executeQuery<{ 'QUERY PLAN': string }>({
    ...query,
    sql: `explain (analyze, buffers) ${query.sql}`,
  } as CompiledQuery<{ 'QUERY PLAN': string }>);
  return rows.map((row) => row['QUERY PLAN']).join('\n');
}

/** Bytes of a table with its indices, for each of its entries. */
export async function readBytesPerEntry(db: Db, table: string, entries: number): Promise<number> {
  const { rows } = await sql<{ bytes: string }>`
    select pg_total_relation_size(${table}::regclass) as bytes`.execute(db);
  return Number(rows[0]?.bytes ?? 0) / entries;
}
