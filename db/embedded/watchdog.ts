import { spawn } from 'node:child_process';
import { closeSync, constants, fstatSync, lstatSync, openSync, readSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { type Account, runAs } from './account.ts';
import type { Binaries } from './binaries.ts';
import type { Layout } from './data-dir.ts';
import { giveToOwnerOfParent } from './presence.ts';

/**
 * Runs the server and ends it when its last user is gone. Descriptor 3 is the read end of the users' FIFO.
 * The reader learns from the end of the file that no user is left; it lets go of the FIFO before it ends the
 * server, so that whoever comes then sees that this server is no longer to be joined. TERM goes before INT
 * because a server that hasn't set its handlers yet ignores INT (the shell's doing) but dies of TERM; later
 * the two together mean a fast shutdown. The shells don't heed signals: they end when the server has ended.
 */
const watchdog = `
lock=$1; shift
"$@" 3<&- &
server=$!
(
  trap '' HUP INT TERM
  while read -r _ <&3; do :; done
  exec 3<&-
  if ! kill -0 $$ 2>/dev/null; then
    read -r pid <"$lock" && [ "$pid" = "$server" ] || exit
  fi
  kill -TERM $server; kill -INT $server
) 2>/dev/null &
reader=$!
exec 3<&-
trap '' HUP INT TERM
wait $server
code=$?
kill -KILL $reader 2>/dev/null
exit $code
`;

const settings = [
  'listen_addresses=',
  'port=5432',
  'unix_socket_permissions=0700',
  'max_connections=100',
  'shared_buffers=64MB',
  'work_mem=8MB',
  'maintenance_work_mem=64MB',
  'wal_level=minimal',
  'max_wal_senders=0',
  'max_logical_replication_workers=0',
  'io_method=sync',
  'jit=off',
  'huge_pages=off',
  // Containers have a /dev/shm of 64 MB; files in the data directory have no such limit.
  'dynamic_shared_memory_type=mmap',
  'max_parallel_workers_per_gather=1',
  'logging_collector=off',
  'log_destination=stderr',
  'log_checkpoints=off',
  'lc_messages=C',
  'timezone=UTC',
  'log_timezone=UTC',
];

/** A server that we have started and that hasn't been heard of yet. */
export interface Launch {
  /** What the server has written since, at most its last 64 KB. */
  readLog(): string;
  /** True when the server and its watchdog have ended. */
  hasEnded(): boolean;
}

/** Starts a server with its watchdog. The read end of the users' FIFO goes to the watchdog. */
export function launch(options: {
  layout: Layout;
  binaries: Binaries;
  account: Account;
  socketDir: string;
  readEnd: number;
}): Launch {
  const { layout, binaries, account, socketDir } = options;
  const logEnd = openLog(layout.logFile);
  const offset = fstatSync(logEnd).size;
  const server = [join(binaries.directory, 'bin/postgres'), '-D', layout.pgDir];
  server.push('-c', `unix_socket_directories="${socketDir.replaceAll('"', '""')}"`);
  for (const setting of settings) server.push('-c', setting);
  const lock = join(layout.pgDir, 'postmaster.pid');
  let ended = false;
  let failure = '';
  const child = spawn('/bin/sh', ['-c', watchdog, 'wireroom-postgres', lock, ...server], {
    ...runAs(account),
    cwd: '/',
    detached: true,
    env: { PATH: '/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' },
    stdio: ['ignore', logEnd, logEnd, options.readEnd],
  });
  child.once('error', (error) => {
    failure = error.message;
    ended = true;
  });
  child.once('exit', () => {
    ended = true;
  });
  child.unref();
  closeSync(logEnd);
  return { readLog: () => failure + readFrom(layout.logFile, offset), hasEnded: () => ended };
}

function openLog(path: string): number {
  const size = lstatSync(path, { throwIfNoEntry: false })?.size ?? 0;
  if (size > 10 * 1024 * 1024) rmSync(path);
  const flags = constants.O_RDWR | constants.O_APPEND | constants.O_CREAT | constants.O_NOFOLLOW;
  const end = openSync(path, flags, 0o600);
  giveToOwnerOfParent(path);
  return end;
}

function readFrom(path: string, offset: number): string {
  const end = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW);
  try {
    const from = Math.max(offset, fstatSync(end).size - 65_536);
    const buffer = Buffer.alloc(65_536);
    return buffer.toString('utf8', 0, readSync(end, buffer, 0, buffer.length, from));
  } finally {
    closeSync(end);
  }
}
