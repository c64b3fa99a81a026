import { setTimeout as sleep } from 'node:timers/promises';
import type { Bell } from './bell.ts';

export interface Work<Item> {
  /** Takes at most so many items that are free; none when there are none. */
  lease(limit: number): Promise<Item[]>;
  /** Does one. What it rejects with ends the pass, after what is in hand has ended. */
  work(item: Item): Promise<void>;
  /** Called when some have ended. */
  settle?(): Promise<void>;
  /** Most in hand that have just begun … */
  quickAtOnce: number;
  /** … and most altogether: one that waits for somebody slow keeps nobody else waiting. */
  mostAtOnce: number;
  /** Rung when there may be more. */
  bell: Bell;
  /** No more is begun. */
  signal?: AbortSignal;
}

/** After this an item is one of the slow ones. */
const quickMs = 1_000;
/** What ends within this is settled together. */
const gatherMs = 10;
/** Longest time without asking for more while some are in hand. */
const askAgainMs = 500;
/** A pass ends after this, so that what it did is told; the next tick goes on. */
const longestPassMs = 60_000;

/** Works off what is free until nothing is and nothing is in hand; returns how many were begun. */
export async function workOff<Item>(work: Work<Item>): Promise<number> {
  const inHand = new Map<Promise<void>, number>();
  const endAt = Date.now() + longestPassMs;
  let begun = 0;
  let isMore = true;
  let broken: { error: unknown } | undefined;
  const begin = (item: Item) => {
    begun++;
    const task: Promise<void> = work
      .work(item)
      .catch((error: unknown) => {
        broken ??= { error };
      })
      .finally(() => inHand.delete(task));
    inHand.set(task, Date.now());
  };
  const mayBegin = () => !broken && !work.signal?.aborted && Date.now() < endAt;
  try {
    while (mayBegin()) {
      const room = toRoom(work, inHand);
      if (isMore && room > 0) {
        const leased = await work.lease(room);
        leased.forEach(begin);
        isMore = leased.length === room;
        if (leased.length === 0 && inHand.size === 0) break;
      }
      isMore = (await waitForNews(work.bell, inHand)) || isMore;
      await work.settle?.();
    }
  } catch (error) {
    broken ??= { error };
  }
  await Promise.all(inHand.keys());
  await work.settle?.();
  if (broken) throw broken.error;
  return begun;
}

function toRoom<Item>(work: Work<Item>, inHand: ReadonlyMap<unknown, number>): number {
  const since = Date.now() - quickMs;
  let quick = 0;
  for (const beganAt of inHand.values()) if (beganAt > since) quick++;
  return Math.min(work.quickAtOnce - quick, work.mostAtOnce - inHand.size);
}

/** Until some have ended, there may be more, or a while has passed; whether it is worth asking for more. */
async function waitForNews(bell: Bell, inHand: ReadonlyMap<Promise<void>, number>): Promise<boolean> {
  const stop = new AbortController();
  const pause = sleep(askAgainMs, true, { signal: stop.signal }).catch(() => true);
  const ended = inHand.size > 0 ? [Promise.race(inHand.keys()).then(() => sleep(gatherMs, true))] : [];
  const isNews = await Promise.race([bell.rung().then(() => true), pause, ...ended]);
  stop.abort();
  return isNews;
}
