import { describe, expect, it } from 'vitest';
import type { Answer, Delivery, Outcome } from '../../src/http/desk/client/delivery.ts';
import { createOutbox, type OutboxStorage, takeBatch } from '../../src/http/desk/client/outbox.ts';

function makeDelivery(n: number, change: Partial<Delivery> = {}): Delivery {
  return {
    requestId: `r${n}`,
    topic: 'world',
    storyId: String(n),
    act: { act: 'publish' },
    headline: `Story ${n}`,
    ...change,
  };
}

function makeStorage(): OutboxStorage & { size(): number } {
  const kept = new Map<string, string>();
  return {
    get length() {
      return kept.size;
    },
    key: (index) => [...kept.keys()][index] ?? null,
    getItem: (key) => kept.get(key) ?? null,
    setItem: (key, text) => void kept.set(key, text),
    removeItem: (key) => void kept.delete(key),
    size: () => kept.size,
  };
}

const decide = (deliveries: Delivery[]): Answer => ({
  kind: 'answered',
  outcomes: deliveries.map(({ requestId }) => ({ kind: 'decided', decision: { id: `d-${requestId}` } })),
});

/** An outbox whose server answers as `answer` says; `asked` are the requests that it got. */
function start(storage: OutboxStorage, answer: (deliveries: Delivery[], count: number) => Answer) {
  const asked: Delivery[][] = [];
  const outcomes: [string, Outcome][] = [];
  const states: string[] = [];
  let release = (): void => undefined;
  const outbox = createOutbox({
    storage,
    prefix: 'box:',
    async send(_, deliveries) {
      asked.push(structuredClone(deliveries));
      return answer(deliveries, asked.length);
    },
    wait: () => new Promise((resolve) => (release = resolve)),
    onOutcome: ({ requestId }, outcome) => outcomes.push([requestId, outcome]),
    onState: (state) => states.push(state),
  });
  return { outbox, asked, outcomes, states, release: () => release() };
}

const settled = () => new Promise((resolve) => setTimeout(resolve, 5));

describe('takeBatch', () => {
  it('takes what is of one topic, in order', () => {
    const queue = [makeDelivery(1), makeDelivery(2), makeDelivery(3, { topic: 'science' }), makeDelivery(4)];
    expect(takeBatch(queue).map(({ requestId }) => requestId)).toEqual(['r1', 'r2']);
  });

  it('ends before an undo of what goes out with it, for nobody knows its decision yet', () => {
    const queue = [makeDelivery(1), makeDelivery(2, { act: { act: 'undo', of: 'r1' } })];
    expect(takeBatch(queue)).toHaveLength(1);
    expect(takeBatch(queue.slice(1))).toHaveLength(1);
  });
});

describe('the outbox', () => {
  it('keeps an act until it is answered, and no longer', async () => {
    const storage = makeStorage();
    const { outbox, outcomes } = start(storage, decide);
    outbox.add([makeDelivery(1)]);
    expect(storage.size()).toBe(1);
    await settled();
    expect(storage.size()).toBe(0);
    expect(outcomes).toEqual([['r1', { kind: 'decided', decision: { id: 'd-r1' } }]]);
  });

  it('sends the same request again after a lost connection, before what came later', async () => {
    const { outbox, asked, states, release } = start(makeStorage(), (deliveries, count) =>
      count === 1 ? { kind: 'unreachable' } : decide(deliveries),
    );
    outbox.add([makeDelivery(1)]);
    await settled();
    outbox.add([makeDelivery(2)]);
    expect(states.at(-1)).toBe('offline');
    release();
    await settled();
    expect(asked.map((batch) => batch.map(({ requestId }) => requestId))).toEqual([['r1'], ['r1', 'r2']]);
    expect(states.at(-1)).toBe('idle');
  });

  it('takes up after a reload what was not delivered, in its order', async () => {
    const storage = makeStorage();
    const before = start(storage, () => ({ kind: 'unreachable' }));
    before.outbox.add([makeDelivery(1), makeDelivery(2), makeDelivery(3)]);
    await settled();
    const after = start(storage, decide);
    expect(after.outbox.listWaiting().map(({ requestId }) => requestId)).toEqual(['r1', 'r2', 'r3']);
    after.outbox.wake();
    await settled();
    expect(storage.size()).toBe(0);
  });

  it('leaves what belongs to another editor', () => {
    const storage = makeStorage();
    storage.setItem('other:1', JSON.stringify(makeDelivery(1)));
    expect(start(storage, decide).outbox.listWaiting()).toEqual([]);
  });

  it('waits while signed out, and goes on when woken', async () => {
    const { outbox, asked, states } = start(makeStorage(), (deliveries, count) =>
      count === 1 ? { kind: 'signed-out' } : decide(deliveries),
    );
    outbox.add([makeDelivery(1)]);
    await settled();
    expect(states.at(-1)).toBe('signed-out');
    outbox.wake();
    await settled();
    expect(asked).toHaveLength(2);
    expect(states.at(-1)).toBe('idle');
  });

  it('lets one that cannot be taken not take the others with it', async () => {
    const { outbox, outcomes } = start(makeStorage(), (deliveries) =>
      deliveries.some(({ requestId }) => requestId === 'r2')
        ? { kind: 'refused', message: 'No.' }
        : decide(deliveries),
    );
    outbox.add([makeDelivery(1), makeDelivery(2), makeDelivery(3)]);
    await settled();
    expect(outcomes.map(([id, { kind }]) => [id, kind])).toEqual([
      ['r1', 'decided'],
      ['r2', 'refused'],
      ['r3', 'decided'],
    ]);
  });

  it('tells an undo which decision it takes back, once that is known, also over a reload', async () => {
    const storage = makeStorage();
    const { outbox, asked } = start(storage, decide);
    outbox.add([makeDelivery(1), makeDelivery(2, { act: { act: 'undo', of: 'r1' } })]);
    await settled();
    expect(asked[1]?.[0]?.act).toEqual({ act: 'undo', of: 'r1', decisionId: 'd-r1' });
  });
});
