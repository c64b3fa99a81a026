import type { Answer, Delivery, Outcome } from './delivery.ts';

/** Of the browser's Storage, what an outbox needs. */
export interface OutboxStorage {
  readonly length: number;
  key(index: number): string | null;
  getItem(key: string): string | null;
  setItem(key: string, text: string): void;
  removeItem(key: string): void;
}

/** `idle`: all is delivered; `offline` and `signed-out`: it waits for that to end. */
export type OutboxState = 'idle' | 'sending' | 'offline' | 'signed-out';

export interface OutboxPorts {
  storage: OutboxStorage;
  /** Before the keys of what is stored; names the editor, so that nobody sends what somebody else decided. */
  prefix: string;
  send(topic: string, deliveries: Delivery[]): Promise<Answer>;
  wait(milliseconds: number): Promise<void>;
  onOutcome(delivery: Delivery, outcome: Outcome): void;
  onState(state: OutboxState, waiting: number): void;
}

export interface Outbox {
  add(deliveries: Delivery[]): void;
  /** Tries again now: the connection is back, somebody signed in. */
  wake(): void;
  listWaiting(): Delivery[];
}

const batchSize = 50;
const longestWaitMs = 30_000;

/** The next deliveries for one request: of one topic, in order, none that has to know what one before it came to. */
export function takeBatch(queue: Delivery[], size = batchSize): Delivery[] {
  const batch: Delivery[] = [];
  for (const delivery of queue.slice(0, size)) {
    if (batch.length > 0 && delivery.topic !== batch[0]?.topic) break;
    const { act } = delivery;
    if (act.act === 'undo' && batch.some(({ requestId }) => requestId === act.of)) break;
    batch.push(delivery);
  }
  return batch;
}

/**
 * Sends acts in their order, one request at a time, until each was answered. What waits is in the storage, so that a
 * reload, a lost connection or a session that has ended loses nothing; the request's id makes a repetition harmless.
 */
export function createOutbox(ports: OutboxPorts): Outbox {
  const store = createStore(ports.storage, ports.prefix);
  let queue = store.load();
  let isRunning = false;
  let failures = 0;
  let size = batchSize;
  let wakeUp = (): void => undefined;

  const settle = (batch: Delivery[], outcomes: Outcome[]): void => {
    queue = queue.slice(batch.length);
    batch.forEach((delivery, index) => {
      const outcome = outcomes[index] ?? {
        kind: 'refused',
        message: 'The server did not answer for this one.',
      };
      store.drop(delivery);
      resolveUndo(queue, delivery, outcome).forEach(store.keep);
      ports.onOutcome(delivery, outcome);
    });
  };

  /** Whether to go on at once. */
  const sendNext = async (): Promise<boolean> => {
    const batch = takeBatch(queue, size);
    ports.onState('sending', queue.length);
    const answer = await ports
      .send(batch[0]?.topic ?? '', batch)
      .catch((): Answer => ({ kind: 'unreachable' }));
    if (answer.kind === 'signed-out') {
      ports.onState('signed-out', queue.length);
      return false;
    }
    if (answer.kind === 'unreachable') {
      failures += 1;
      ports.onState('offline', queue.length);
      const woken = new Promise<void>((resolve) => {
        wakeUp = resolve;
      });
      await Promise.race([ports.wait(Math.min(longestWaitMs, 500 * 2 ** failures)), woken]);
      return true;
    }
    failures = 0;
    if (answer.kind === 'answered') settle(batch, answer.outcomes);
    // One that cannot be taken must not take the others with it.
    else if (batch.length > 1) size = 1;
    else settle(batch, [{ kind: 'refused', message: answer.message }]);
    return true;
  };

  const run = async (): Promise<void> => {
    if (isRunning) return;
    isRunning = true;
    while (queue.length > 0 && (await sendNext()));
    isRunning = false;
    if (queue.length === 0) {
      size = batchSize;
      ports.onState('idle', 0);
    }
  };

  return {
    add(deliveries) {
      deliveries.forEach(store.keep);
      queue = [...queue, ...deliveries];
      void run();
    },
    wake() {
      wakeUp();
      void run();
    },
    listWaiting: () => queue,
  };
}

/** Tells the undoing of an act which decision it became; returns what was changed. */
function resolveUndo(queue: Delivery[], done: Delivery, outcome: Outcome): Delivery[] {
  return queue.filter(({ act }) => {
    if (act.act !== 'undo' || act.of !== done.requestId || !outcome.decision) return false;
    act.decisionId = outcome.decision.id;
    return true;
  });
}

/** One key for each, so that two windows of one editor do not write over each other. */
function createStore(storage: OutboxStorage, prefix: string) {
  let count = 0;
  const keys = new Map<string, string>();
  const toKey = ({ requestId }: Delivery): string => {
    const known = keys.get(requestId);
    if (known) return known;
    count += 1;
    const key = `${prefix}${Date.now().toString().padStart(15, '0')}.${String(count).padStart(6, '0')}.${requestId}`;
    keys.set(requestId, key);
    return key;
  };
  return {
    keep(delivery: Delivery): void {
      try {
        storage.setItem(toKey(delivery), JSON.stringify(delivery));
      } catch {
        // A full or forbidden storage: it is still sent, only not after a reload.
      }
    },
    drop(delivery: Delivery): void {
      storage.removeItem(toKey(delivery));
      keys.delete(delivery.requestId);
    },
    load(): Delivery[] {
      const found = Array.from({ length: storage.length }, (_, index) => storage.key(index) ?? '')
        .filter((key) => key.startsWith(prefix))
        .sort();
      return found.flatMap((key) => {
        const delivery = parseDelivery(storage.getItem(key));
        if (!delivery) storage.removeItem(key);
        else keys.set(delivery.requestId, key);
        return delivery ? [delivery] : [];
      });
    },
  };
}

function parseDelivery(text: string | null): Delivery | undefined {
  try {
    const parsed = JSON.parse(text ?? '') as Delivery;
    return parsed.requestId && parsed.topic && parsed.storyId && parsed.act ? parsed : undefined;
  } catch {
    return undefined;
  }
}
