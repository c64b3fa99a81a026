import { createInterface } from 'node:readline';
import pg from 'pg';
import { type EmbeddedPostgres, ensureEmbedded } from '../../db/embedded.ts';

/*
 * A process that uses the embedded server: options as JSON on the first line of its input, then commands;
 * each is answered by one line of JSON. Ends with its input.
 */
const warnings: string[] = [];
const shares: EmbeddedPostgres[] = [];

/** The answer to `start`. */
export interface Started {
  pid: number;
  host: string;
  dataDir: string;
  warnings: string[];
}

async function start(options: { dataDir: string; projectDir: string; account?: string }): Promise<Started> {
  const share = await ensureEmbedded({
    ...options,
    log: { info: () => {}, warn: (message) => warnings.push(message), debug: () => {} },
  });
  shares.push(share);
  return { pid: share.pid, host: share.connection.host, dataDir: share.dataDir, warnings };
}

async function query(text: string): Promise<unknown> {
  const client = new pg.Client(shares.at(-1)?.connection);
  client.on('error', () => {});
  try {
    await client.connect();
    return (await client.query(text)).rows;
  } finally {
    await client.end().catch(() => {});
  }
}

async function run(command: { verb: string; argument?: unknown }): Promise<unknown> {
  if (command.verb === 'start') return start(command.argument as Parameters<typeof start>[0]);
  if (command.verb === 'query') return query(String(command.argument));
  if (command.verb === 'alive') return shares.at(-1)?.isAlive();
  if (command.verb === 'release') return shares.at(-1)?.release();
  if (command.verb === 'release-all') return Promise.all(shares.map((share) => share.release()));
  throw new Error(`unknown verb ${command.verb}`);
}

for await (const line of createInterface({ input: process.stdin })) {
  try {
    const result = await run(JSON.parse(line));
    process.stdout.write(`${JSON.stringify({ result: result ?? null })}\n`);
  } catch (error) {
    const { code, message } = error as { code?: string; message: string };
    process.stdout.write(`${JSON.stringify({ error: { code, message } })}\n`);
  }
}
process.exit(0);
