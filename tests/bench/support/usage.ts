import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** What one run of a command cost. */
export interface Usage {
  wallSeconds: number;
  /** User and system time of the node process. */
  cpuSeconds: number;
  /** Peak resident memory of the node process. */
  peakMegabytes: number;
  stdout: string;
}

/** Notes what the process has used when it ends. */
const noteUsage = `import{writeFileSync}from'node:fs';process.on('exit',()=>{const u=process.resourceUsage();writeFileSync(process.env.USAGE_FILE,JSON.stringify({cpu:(u.userCPUTime+u.systemCPUTime)/1e6,rss:u.maxRSS/1024}))})`;

/** Runs the command line as its user would, in a process of its own; BENCH_NODE_ARGS (--cpu-prof, say) go to node. Throws with its standard error when it fails. */
export async function runWireroom(args: string[], env: Record<string, string>): Promise<Usage> {
  const folder = mkdtempSync(path.join(tmpdir(), 'wireroom-usage-'));
  const file = path.join(folder, 'usage.json');
  const began = process.hrtime.bigint();
  const child = spawn(
    process.execPath,
    [
      ...(process.env.BENCH_NODE_ARGS?.split(' ') ?? []),
      '--import',
      `data:text/javascript,${encodeURIComponent(noteUsage)}`,
      'src/wireroom.mjs',
      ...args,
    ],
    {
      env: { ...process.env, ...env, USAGE_FILE: file },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk) => (stdout += chunk));
  child.stderr.on('data', (chunk) => (stderr += chunk));
  const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
  const wallSeconds = Number(process.hrtime.bigint() - began) / 1e9;
  if (process.env.BENCH_NODE_ARGS) process.stderr.write(stderr);
  if (code !== 0) throw new Error(`wireroom ${args.join(' ')} ended with ${code}: ${stderr}`);
  const { cpu, rss } = JSON.parse(readFileSync(file, 'utf8')) as { cpu: number; rss: number };
  rmSync(folder, { recursive: true });
  return { wallSeconds, cpuSeconds: cpu, peakMegabytes: rss, stdout };
}

const ticksPerSecond = 100;

/** CPU seconds of a process and all its children, ended ones that it has waited for included; 0 where there is no /proc. */
export function readCpuSeconds(pid: number): number {
  try {
    return readTree(pid) / ticksPerSecond;
  } catch {
    return 0;
  }
}

function readTree(pid: number): number {
  const children = readdirSync('/proc').filter((name) => /^\d+$/.test(name) && readParent(name) === pid);
  const [utime, stime, cutime, cstime] = readStat(String(pid)).slice(11, 15).map(Number) as [
    number,
    number,
    number,
    number,
  ];
  return utime + stime + cutime + cstime + children.reduce((sum, child) => sum + readOwn(child), 0);
}

function readOwn(pid: string): number {
  const [utime, stime] = readStat(pid).slice(11, 13).map(Number) as [number, number];
  return utime + stime;
}

function readParent(pid: string): number {
  try {
    return Number(readStat(pid)[1]);
  } catch {
    return -1;
  }
}

/** The fields of /proc/<pid>/stat after the name, from the state (field 3) on. */
function readStat(pid: string): string[] {
  const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
  return text.slice(text.lastIndexOf(')') + 2).split(' ');
}
