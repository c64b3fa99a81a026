import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';

/** What the system tells about a process. */
export interface ProcessState {
  /** Program and arguments, separated by blanks; empty when the system doesn't tell. */
  command: string;
  /** Dead, but its parent hasn't taken notice yet. */
  isZombie: boolean;
}

/** The process with the pid, or undefined when there is none. */
export function findProcess(pid: number): ProcessState | undefined {
  if (existsSync('/proc/self/stat')) return findInProc(pid);
  const told = spawnSync('ps', ['-ww', '-p', String(pid), '-o', 'stat=,command='], { encoding: 'utf8' });
  const line = told.stdout?.trim() ?? '';
  if (line === '') return undefined;
  return { command: line.slice(line.indexOf(' ') + 1), isZombie: line.startsWith('Z') };
}

function findInProc(pid: number): ProcessState | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
    // The state follows the program's name, which stands in brackets and may hold brackets and blanks itself.
    const state = stat.slice(stat.lastIndexOf(')') + 2, stat.lastIndexOf(')') + 3);
    return { command, isZombie: state === 'Z' || state === 'X' };
  } catch {
    return undefined;
  }
}
