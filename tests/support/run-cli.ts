import { spawn } from 'node:child_process';
import path from 'node:path';

const projectDir = path.resolve(import.meta.dirname, '..', '..');

export interface CliRun {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** Runs `wireroom …` as a process of its own, with this environment besides PATH and HOME; ended after a minute. */
export function runCli(
  args: string[],
  env: Record<string, string>,
  input: string | Uint8Array = '',
): Promise<CliRun> {
  const child = spawnCli(args, env);
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk) => {
    stdout += chunk;
  });
  child.stderr.on('data', (chunk) => {
    stderr += chunk;
  });
  child.stdin.on('error', () => undefined);
  child.stdin.end(input);
  const timer = setTimeout(() => child.kill('SIGKILL'), 60_000);
  return new Promise((resolve) => {
    child.on('close', (code) => {
      clearTimeout(timer);
      resolve({ code, stdout, stderr });
    });
  });
}

/** The same, left running: for `start`, `serve`, `work`. */
export function spawnCli(args: string[], env: Record<string, string>) {
  const { PATH = '', HOME = '' } = process.env;
  return spawn(process.execPath, [path.join(projectDir, 'src', 'wireroom.mjs'), ...args], {
    env: { PATH, HOME, ...env },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
}

/** The environment that makes a command use this database. */
export function toDatabaseUrl(
  address: { url: string } | { host: string; port: number; user: string; database: string },
): string {
  if ('url' in address) return address.url;
  return `postgres://${address.user}@/${address.database}?host=${encodeURIComponent(address.host)}&port=${address.port}`;
}
