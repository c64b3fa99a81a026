import pg from 'pg';
import { type DatabaseAddress, toClientConfig } from './connect.ts';

/** What is told on a channel of NOTIFY. */
export interface Ear {
  hear(payload: string): void;
  /** From now on all is heard; what was told before, while nobody listened, is unknown. */
  onListening(): void;
  /** The server has answered: up to now nothing was missed. */
  onAnswer?(): void;
}

/** One connection that listens on all channels. */
export interface Listener {
  /** Tells of what is said on a channel from now on, until the listener is closed. The name goes into SQL as it is. */
  hearChannel(channel: string, ear: Ear): void;
  /** Whether nothing that is told is missed. */
  isListening(): boolean;
  close(): Promise<void>;
}

const reconnectMs = 1_000;
/** A connection that a firewall has dropped in silence is noticed by this. */
const heartbeatMs = 15_000;

/**
 * Listens beside the pool, on a connection of its own that is replaced when it breaks. Channels that are added in the same
 * turn of the event loop are listened to from the beginning.
 */
export function listenTo(
  address: DatabaseAddress,
  log: { warn(fields: object, sentence: string): void },
): Listener {
  const ears: { channel: string; ear: Ear }[] = [];
  let client: pg.Client | undefined;
  let listening = false;
  let closed = false;
  let timer: NodeJS.Timeout | undefined;
  const retry = () => {
    listening = false;
    client?.removeAllListeners('end');
    client = undefined;
    if (!closed) timer = setTimeout(connect, reconnectMs);
  };
  const connect = async () => {
    const fresh = openClient(address, retry, ears);
    client = fresh;
    try {
      await fresh.connect();
      for (const { channel } of ears) await fresh.query(`listen ${channel}`);
      for (const { ear } of ears) ear.onListening();
      listening = true;
    } catch (error) {
      log.warn(
        { err: error },
        'Cannot listen for changes; documents are read from the database until it can, and desks hear of nothing.',
      );
      fresh.removeAllListeners('end');
      await fresh.end().catch(() => undefined);
      retry();
    }
  };
  const connecting = connect();
  const heartbeat = setInterval(() => {
    const asked = client;
    if (asked && listening) {
      checkAnswers(asked, {
        onAnswer() {
          if (client === asked && listening) for (const { ear } of ears) ear.onAnswer?.();
        },
        onSilence() {
          if (client === asked) retry();
        },
      });
    }
  }, heartbeatMs);
  heartbeat.unref();
  return {
    hearChannel(channel, ear) {
      ears.push({ channel, ear });
      // A connection that breaks meanwhile is replaced by one that listens to this channel too.
      if (listening) client?.query(`listen ${channel}`).then(ear.onListening, () => undefined);
    },
    isListening: () => listening,
    async close() {
      closed = true;
      clearTimeout(timer);
      clearInterval(heartbeat);
      await connecting;
      listening = false;
      client?.removeAllListeners('end');
      await client?.end().catch(() => undefined);
    },
  };
}

function openClient(
  address: DatabaseAddress,
  onEnd: () => void,
  ears: readonly { channel: string; ear: Ear }[],
): pg.Client {
  const client = new pg.Client(toClientConfig(address, 'wireroom-listen'));
  client.on('error', () => undefined);
  client.on('end', onEnd);
  client.on('notification', ({ channel, payload }) => {
    for (const one of ears) if (one.channel === channel) one.ear.hear(payload ?? '');
  });
  return client;
}

/** Asks the server anything, and gives the connection up when there is no answer in time. */
function checkAnswers(
  client: pg.Client,
  { onAnswer, onSilence }: Record<'onAnswer' | 'onSilence', () => void>,
): void {
  const giveUp = setTimeout(() => {
    client.removeAllListeners('end');
    void client.end().catch(() => undefined);
    onSilence();
  }, heartbeatMs / 3);
  const done = () => clearTimeout(giveUp);
  client
    .query('select 1')
    .then(onAnswer, () => undefined)
    .finally(done);
}
