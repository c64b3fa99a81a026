import { type EmbeddedOptions, type EmbeddedPostgres, ensureEmbedded } from './embedded.ts';

const checkMs = 2_000;

/**
 * The embedded server, kept running for as long as this process wants it: when it dies (out of memory, kill -9) it is
 * started again over the same data and the same socket, so that connections made after that work.
 * Throws as `ensureEmbedded` does when it cannot be started at first; later failures are logged and tried again.
 */
export async function keepEmbedded(
  options: EmbeddedOptions,
): Promise<Pick<EmbeddedPostgres, 'connection' | 'dataDir' | 'release'>> {
  let server = await ensureEmbedded(options);
  let checking: Promise<void> | undefined;
  const check = async () => {
    if (server.isAlive()) return;
    options.log.warn('The embedded Postgres has died; it is started again.');
    const dead = server;
    try {
      server = await ensureEmbedded(options);
      await dead.release();
    } catch (error) {
      options.log.warn(`The embedded Postgres could not be started again: ${(error as Error).message}`);
    }
  };
  const timer = setInterval(() => {
    checking ??= check().finally(() => {
      checking = undefined;
    });
  }, checkMs);
  timer.unref();
  return {
    connection: server.connection,
    dataDir: server.dataDir,
    async release() {
      clearInterval(timer);
      await checking;
      await server.release();
    },
  };
}
