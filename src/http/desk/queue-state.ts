import { AppError } from '../../errors.ts';
import type { PlacementState } from '../../model/placement.ts';
import type { Topic } from '../../model/topic.ts';

export const placementStates = [
  'candidate',
  'published',
  'held',
  'spiked',
] as const satisfies readonly PlacementState[];

/** Which stories of a topic a list shows. */
export type Show = PlacementState | 'all';
export type Order = 'newest' | 'strongest';

/** What of a topic is looked at. */
export interface QueueView {
  show: Show;
  order: Order;
  search?: string;
  after?: string;
}

export const stateWords: Record<PlacementState, string> = {
  candidate: 'Candidate',
  published: 'Published',
  held: 'Held',
  spiked: 'Spiked',
};

export const listWords: Record<Show, string> = {
  candidate: 'Candidates',
  published: 'Published',
  held: 'Held',
  spiked: 'Spiked',
  all: 'All',
};

/** An automatic topic has no candidates: its editors correct what it has published. */
export function toFirstShow(topic: Topic): Show {
  return topic.mode === 'automatic' ? 'published' : 'candidate';
}

/** From the address of a queue. Throws AppError `bad-argument` for words that it doesn't know. */
export function parseView(query: (name: string) => string | undefined, topic: Topic): QueueView {
  const search = query('q')?.trim().slice(0, 200);
  const show = query('show') || (search ? 'all' : toFirstShow(topic));
  const order = query('order') || 'newest';
  if (show !== 'all' && !placementStates.some((state) => state === show)) {
    throw new AppError(
      'bad-argument',
      `“${show.slice(0, 40)}” is no list. Take candidate, published, held, spiked or all.`,
    );
  }
  if (order !== 'newest' && order !== 'strongest') {
    throw new AppError('bad-argument', `“${order.slice(0, 40)}” is no order. Take newest or strongest.`);
  }
  return { show: show as Show, order, search: search || undefined, after: query('after') || undefined };
}

export function toStates(show: Show): PlacementState[] {
  return show === 'all' ? [...placementStates] : [show];
}

/** The address of a topic's queue; what is the usual is left out. */
export function toQueueUrl(base: string, slug: string, view: Partial<QueueView> = {}): string {
  const query = new URLSearchParams();
  if (view.show) query.set('show', view.show);
  if (view.order && view.order !== 'newest') query.set('order', view.order);
  if (view.search) query.set('q', view.search);
  if (view.after) query.set('after', view.after);
  const text = query.toString();
  return `${base}/desk/topics/${encodeURIComponent(slug)}${text ? `?${text}` : ''}`;
}

/** The address of a story's preview; as a page of its own for those without script. */
export function toPreviewUrl(base: string, slug: string, storyId: string): string {
  return `${base}/desk/topics/${encodeURIComponent(slug)}/stories/${storyId}`;
}
