import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { sql } from 'kysely';
import type { Db } from '../../db/connect.ts';
import { startOrigin, toEtag } from '../support/origin.ts';
import type { TestDatabase } from '../support/postgres.ts';
import { runCli, toDatabaseUrl } from '../support/run-cli.ts';

const topics: [name: string, mode: string, rule: string][] = [
  [
    'World News',
    'editor',
    'ceasefire OR war OR election OR court OR climate OR storm OR police OR president OR *',
  ],
  ['Middle East', 'editor', 'gaza OR israel OR iran OR syria OR lebanon OR yemen'],
  ['Africa', 'editor', 'africa OR nigeria OR kenya OR sudan OR ghana OR ethiopia OR congo'],
  ['Latin America', 'automatic', 'brazil OR argentina OR mexico OR venezuela OR colombia OR chile OR cuba'],
];

/**
 * Real feeds of this folder, served from here and brought in by the command line as an operator does it: read, grouped,
 * placed as candidates. Then everything is dated as if it had come in today.
 */
export async function fillByCorpus(database: TestDatabase, corpus: string): Promise<() => void> {
  const origin = await startOrigin();
  const files = readdirSync(corpus).filter((name) => name.endsWith('.xml'));
  for (const file of files) {
    const body = readFileSync(path.join(corpus, file));
    origin.document(`/${file}`, body, { type: 'application/xml', etag: toEtag(body) });
  }
  const env = {
    DATABASE_URL: toDatabaseUrl(database.address),
    ALLOW_ADDRESSES: '127.0.0.0/8',
    STARTER: 'off',
  };
  const wireroom = async (...args: string[]) => {
    const { code, stderr } = await runCli(args, env);
    if (code !== 0) throw new Error(`wireroom ${args.join(' ')}: ${stderr}`);
  };
  const folder = mkdtempSync(path.join(tmpdir(), 'wireroom-desk-'));
  const list = path.join(folder, 'sources.opml');
  const outlines = files.map(
    (file) => `<outline type="rss" text="${file}" xmlUrl="${origin.url(`/${file}`)}"/>`,
  );
  writeFileSync(list, `<opml version="2.0"><head/><body>${outlines.join('')}</body></opml>`);
  try {
    await wireroom('source', 'import', list);
    for (const [name, mode, rule] of topics)
      await wireroom('topic', 'add', name, '--mode', mode, '--rule', rule);
    await wireroom('refresh', '--all');
  } finally {
    await origin.close();
    rmSync(folder, { recursive: true, force: true });
  }
  await dateToday(database.db);
  return () => undefined;
}

async function dateToday(db: Db): Promise<void> {
  const { rows } = await sql<{ shift: string }>`
    select (now() - interval '4 minutes' - max(dated_at))::text as shift from entries`.execute(db);
  const shift = rows[0]?.shift ?? '0';
  await sql`update entries set dated_at = dated_at + ${shift}::interval, published_at = published_at + ${shift}::interval`.execute(
    db,
  );
  await sql`update stories set first_at = first_at + ${shift}::interval, updated_at = updated_at + ${shift}::interval`.execute(
    db,
  );
  await sql`update placements set dated_at = dated_at + ${shift}::interval`.execute(db);
}
