import { AppError } from '../src/errors.ts';

export type QueueOrder = 'newest' | 'strongest';

/** The place of a row in a queue; the rows after it stay the same whatever arrives before it. */
export interface QueuePlace {
  /** Sources that tell the story; 0 where the order does not ask for it. */
  sources: number;
  /** Microseconds since 1970-01-01 00:00 UTC, whole: more than a Date holds. */
  datedMicros: string;
  storyId: string;
}

const initials = { newest: 'n', strongest: 's' };
const cursor = /^([ns])(\d{1,9})\.(-?\d{1,16})\.([1-9]\d{0,17})$/;

/** The cursor that leads to what comes after this place. */
export function toQueueCursor(order: QueueOrder, { sources, datedMicros, storyId }: QueuePlace): string {
  return `${initials[order]}${sources}.${datedMicros}.${storyId}`;
}

/** The place that a cursor of this order stands for. Throws AppError `bad-argument` when it is none. */
export function parseQueueCursor(order: QueueOrder, text: string): QueuePlace {
  const [, initial, sources = '', datedMicros = '', storyId = ''] = cursor.exec(text) ?? [];
  if (initial === initials[order]) return { sources: Number(sources), datedMicros, storyId };
  throw new AppError(
    'bad-argument',
    `“${text.slice(0, 40)}” is no place in this queue by which is ${order} first. Open the queue from its beginning.`,
  );
}
