import { readFileSync } from 'node:fs';
import { sql } from 'kysely';
import type { Db } from '../../../db/connect.ts';

/** Milliseconds on a processor, so that what others do on the machine hardly shows. */
export interface CpuTime {
  node: number;
  /** The server's process of one connection; 0 where there is no /proc. */
  postgres: number;
}

/** Tells how much this process and the server's process of the only connection of `db` have worked. */
export async function createCpuClock(db: Db): Promise<() => CpuTime> {
  const { rows } = await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(db);
  const file = `/proc/${rows[0]?.pid}/schedstat`;
  return () => {
    const { user, system } = process.cpuUsage();
    return { node: (user + system) / 1_000, postgres: readServerMs(file) };
  };
}

export function toCpuBetween(from: CpuTime, to: CpuTime): CpuTime {
  return { node: to.node - from.node, postgres: to.postgres - from.postgres };
}

/** The first number is the time on a processor, in nanoseconds. */
function readServerMs(file: string): number {
  try {
    return Number(readFileSync(file, 'latin1').split(' ', 1)[0]) / 1e6;
  } catch {
    return 0;
  }
}
