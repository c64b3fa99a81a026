import { execFile, execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import autocannon from 'autocannon';

const connections = 32;
const run = promisify(execFile);

/** Whether a program is there; says aloud what is done without it. */
export function hasProgram(name: string, otherwise: string): boolean {
  try {
    execFileSync('sh', ['-c', `command -v ${name}`], { stdio: 'pipe', env: toEnv() });
    return true;
  } catch {
    console.log(`There is no ${name} here: ${otherwise}`);
    return false;
  }
}

/** With where Debian puts servers. */
export function toEnv(): NodeJS.ProcessEnv {
  return { ...process.env, PATH: `${process.env.PATH}:/usr/sbin:/sbin` };
}

/** Keeps a process, with all its threads, on one core; where there is no taskset, on none in particular. */
export function pin(pid: number, core: number): void {
  try {
    execFileSync('taskset', ['-a', '-p', '-c', String(core), String(pid)], { stdio: 'pipe' });
  } catch {
    // Said once, by hasProgram.
  }
}

export interface LoadRequest {
  url: string;
  headers: Record<string, string>;
  seconds: number;
  /** The status of every answer. */
  expects: number;
}

/** What a server managed. */
export interface Rate {
  perSecond: number;
  /** Of its time on a processor, so that what others do on the machine hardly shows; as perSecond where there is no /proc. */
  perCpuSecond: number;
}

/** By wrk where there is one: autocannon itself is slower than what it measures. */
export async function measureRate(request: LoadRequest, pids: number[], hasWrk: boolean): Promise<Rate> {
  const before = readCpuSeconds(pids);
  const perSecond = await load(request, hasWrk);
  const cpuSeconds = readCpuSeconds(pids) - before;
  const perCpuSecond = cpuSeconds > 0 ? (perSecond * request.seconds) / cpuSeconds : perSecond;
  return { perSecond, perCpuSecond };
}

/** User and system time of these processes with all their threads; Linux counts in hundredths. */
function readCpuSeconds(pids: number[]): number {
  let ticks = 0;
  for (const pid of pids) {
    try {
      const fields = readFileSync(`/proc/${pid}/stat`, 'latin1')
        .replace(/^.*\) /s, '')
        .split(' ');
      ticks += Number(fields[11]) + Number(fields[12]);
    } catch {
      return 0;
    }
  }
  return ticks / 100;
}

/** The processes that a process has started. */
export function listChildren(pid: number): number[] {
  try {
    const text = readFileSync(`/proc/${pid}/task/${pid}/children`, 'latin1');
    return text.trim().split(' ').filter(Boolean).map(Number);
  } catch {
    return [];
  }
}

async function load(request: LoadRequest, hasWrk: boolean): Promise<number> {
  const { url, headers, seconds, expects } = request;
  const answer = await fetch(url, { headers });
  await answer.arrayBuffer();
  if (answer.status !== expects) throw new Error(`${url} answered ${answer.status} instead of ${expects}`);
  if (!hasWrk) {
    const result = await autocannon({ url, connections, duration: seconds, headers });
    return result.requests.average;
  }
  const fields = Object.entries(headers).flatMap(([name, value]) => ['-H', `${name}: ${value}`]);
  const { stdout } = await run('taskset', [
    '-c',
    '0',
    'wrk',
    '-t1',
    `-c${connections}`,
    `-d${seconds}s`,
    ...fields,
    url,
  ]);
  const rate = /Requests\/sec:\s+([\d.]+)/.exec(stdout)?.[1];
  if (rate === undefined || /Non-2xx or 3xx/.test(stdout)) throw new Error(`wrk: ${stdout}`);
  return Number(rate);
}
