import type { Context } from 'hono';
import type { DeskEvent } from '../../../db/desk-events.ts';
import { isStillLetIn } from '../../../db/still-let-in.ts';
import { findTopicBySlug } from '../../../db/topics.ts';
import { AppError } from '../../errors.ts';
import type { Visitor } from '../auth/route.ts';
import type { AppDeps } from '../deps.ts';
import { findStopping } from '../serve.ts';
import { type EventStream, openEventStream } from './event-stream.ts';

/** Times of a stream in milliseconds. */
export interface StreamTimes {
  /** How long a client waits before it comes again. */
  retryMs: number;
  /** Between signs of life, which keep proxies from closing it; as often it is seen to that the editor is let in still. */
  heartbeatMs: number;
  /** How long it lasts at most. */
  lifeMs: number;
}

const usual: StreamTimes = { retryMs: 2_000, heartbeatMs: 20_000, lifeMs: 600_000 };
/** Windows that one editor may have open; one more closes the oldest. */
const mostPerEditor = 20;

const headers = {
  'Content-Type': 'text/event-stream; charset=utf-8',
  // Whoever compresses holds back.
  'Cache-Control': 'no-store, no-transform',
  'X-Content-Type-Options': 'nosniff',
  // nginx holds nothing back.
  'X-Accel-Buffering': 'no',
};

/**
 * `/desk/events?topic=slug`: what happens in a topic as it happens, as server-sent events `decided` (a DeskEvent) and
 * `candidates` (there may be others than before: look anew). A client that comes back is told `candidates` first, and so
 * is one that was too slow for its events. It ends by itself after ten minutes, soon after its session, and when the
 * server stops. Throws AppError `topic-not-found`.
 */
export function streamDeskEvents(
  deps: AppDeps,
  times: StreamTimes = usual,
): (c: Context, visitor: Visitor) => Promise<Response> {
  /** The streams of each editor, the oldest first. */
  const open = new Map<string, Set<EventStream>>();
  return async (c, visitor) => {
    const slug = c.req.query('topic') ?? '';
    const topic = await findTopicBySlug(deps.db, slug);
    if (!topic) throw new AppError('topic-not-found', `There is no topic “${slug.slice(0, 80)}” here.`);
    // Nobody would read the body, and nobody would ever end it.
    if (c.req.raw.method === 'HEAD') return new Response(null, { headers });
    const isBack = c.req.header('last-event-id') !== undefined;
    const stream = startStream(deps, times, topic.id, isBack);
    endInTime(stream, deps, times, visitor);
    for (const signal of [c.req.raw.signal, findStopping(c.env)]) if (signal) endOn(stream, signal);
    keep(open, visitor.editor.id, stream);
    return new Response(stream.body, { headers });
  };
}

/** Tells a topic's events. One that is not sent is made up for: the client looks anew, and finds what it would have told. */
function startStream(deps: AppDeps, times: StreamTimes, topicId: string, isBack: boolean): EventStream {
  let isMissing = isBack;
  let count = 0;
  const send = (event: DeskEvent) => stream.send(event.kind, event, `${deps.now().getTime()}-${++count}`);
  const catchUp = () => {
    if (isMissing) isMissing = !send({ kind: 'candidates', topicIds: [topicId] });
  };
  const stream = openEventStream(times.retryMs, catchUp);
  const leave = deps.desk.subscribe(topicId, (event) => {
    if (!send(event)) isMissing = true;
  });
  stream.onEnd(leave);
  return stream;
}

function endInTime(stream: EventStream, deps: AppDeps, times: StreamTimes, visitor: Visitor): void {
  const { editor, sessionId } = visitor;
  const beat = setInterval(async () => {
    stream.sendComment('here');
    const isIn = await isStillLetIn(deps.db, { editorId: editor.id, sessionId }, deps.now()).catch(
      () => false,
    );
    if (!isIn) stream.end();
  }, times.heartbeatMs);
  const life = setTimeout(stream.end, times.lifeMs);
  stream.onEnd(() => {
    clearInterval(beat);
    clearTimeout(life);
  });
}

function endOn(stream: EventStream, signal: AbortSignal): void {
  if (signal.aborted) stream.end();
  signal.addEventListener('abort', stream.end);
  stream.onEnd(() => signal.removeEventListener('abort', stream.end));
}

/** Counts a stream among the editor's, until it ends. */
function keep(open: Map<string, Set<EventStream>>, editorId: string, stream: EventStream): void {
  const own = open.get(editorId) ?? new Set();
  open.set(editorId, own.add(stream));
  stream.onEnd(() => {
    own.delete(stream);
    if (own.size === 0 && open.get(editorId) === own) open.delete(editorId);
  });
  const [oldest] = own;
  if (own.size > mostPerEditor) oldest?.end();
}
