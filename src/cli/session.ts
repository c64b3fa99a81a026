import { type Config, parseConfig } from '../config.ts';
import { createLog, type Log } from '../log.ts';
import { type OpenDatabase, openDatabase } from '../main.ts';
import { publishChangedTopics } from '../newsroom/publish-topic.ts';

/** What a one-shot command works with. */
export interface Session {
  config: Config;
  log: Log;
  database: OpenDatabase;
  /** Aborted by Ctrl-C and SIGTERM: finish what is in hand. */
  signal: AbortSignal;
}

/** Opens the database for the length of one command; only warnings are logged unless LOG_LEVEL says otherwise. */
export async function withSession<T>(work: (session: Session) => Promise<T>): Promise<T> {
  const config = parseConfig(process.env);
  const log = createLog(process.env.LOG_LEVEL ? config.LOG_LEVEL : 'warn');
  const stopping = new AbortController();
  const stop = () => stopping.abort();
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
  const database = await openDatabase(config, log);
  try {
    return await work({ config, log, database, signal: stopping.signal });
  } finally {
    await database.close();
    process.off('SIGINT', stop);
    process.off('SIGTERM', stop);
  }
}

/** Renders what a command changed, so that it is out when the command ends, whether `start` runs or not. */
export async function publishChanges({ config, log, database: { db } }: Session): Promise<void> {
  await publishChangedTopics({ db, publicUrl: config.PUBLIC_URL, log, now: () => new Date() });
}
