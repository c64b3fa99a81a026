import type { Context } from 'hono';
import { type DecisionQuery, listDecisions } from '../../../db/decisions.ts';
import { listEditors } from '../../../db/editors.ts';
import { findTopicBySlug, listTopics } from '../../../db/topics.ts';
import { AppError } from '../../errors.ts';
import { exportDecisions } from '../../newsroom/list-decisions.ts';
import { parseStoryId } from '../addresses.ts';
import type { Visitor } from '../auth/route.ts';
import type { AppDeps } from '../deps.ts';
import { respondPage } from '../respond.ts';
import type { Site } from '../site.ts';
import { type HistoryFilter, HistoryPage } from './history-page.tsx';

const decisionsPerPage = 100;
const fileTypes = { csv: 'text/csv; charset=utf-8', json: 'application/json' };

/** `/desk/history?topic=&story=&editor=`: what was decided, the latest first. */
export function showHistory(deps: AppDeps, site: Site): (c: Context, visitor: Visitor) => Promise<Response> {
  return async (c, visitor) => {
    const filter = readFilter(c);
    const query = await toQuery(deps, filter);
    const now = deps.now();
    const [found, topics, editors] = await Promise.all([
      listDecisions(deps.db, { ...query, limit: decisionsPerPage + 1 }),
      listTopics(deps.db),
      listEditors(deps.db, now),
    ]);
    const decisions = found.slice(0, decisionsPerPage);
    const before = found.length > decisionsPerPage ? decisions.at(-1)?.id : undefined;
    const shown = { topics, editors: editors.map(({ editor }) => editor), filter, decisions, before };
    const page = <HistoryPage site={site} now={now} visitor={visitor} {...shown} />;
    return await respondPage(c.req.raw.headers, page, { cacheControl: 'no-store', connects: true });
  };
}

/** `/desk/history.csv` and `.json`: the same as a file, however long it is. */
export function exportHistory(deps: AppDeps, format: 'csv' | 'json'): (c: Context) => Promise<Response> {
  return async (c) => {
    const query = await toQuery(deps, readFilter(c));
    return new Response(toStream(exportDecisions(deps.db, query, format)), {
      headers: {
        'Content-Type': fileTypes[format],
        'Content-Disposition': `attachment; filename="decisions.${format}"`,
        'X-Content-Type-Options': 'nosniff',
      },
    });
  };
}

/** Reads on only as fast as it is taken; what fails midway breaks the answer off, so that nobody takes it for whole. */
function toStream(pieces: AsyncGenerator<string>): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  return new ReadableStream({
    async pull(controller) {
      const { done, value } = await pieces.next();
      if (done) controller.close();
      else controller.enqueue(encoder.encode(value));
    },
    async cancel() {
      await pieces.return(undefined);
    },
  });
}

function readFilter(c: Context): HistoryFilter {
  const read = (name: string) => c.req.query(name)?.trim() || undefined;
  return { topic: read('topic'), story: read('story'), editor: read('editor'), before: read('before') };
}

/** Throws AppError `topic-not-found`, or `bad-argument` for what is no id. */
async function toQuery(deps: AppDeps, filter: HistoryFilter): Promise<Omit<DecisionQuery, 'limit'>> {
  const topic = filter.topic === undefined ? undefined : await findTopicBySlug(deps.db, filter.topic);
  if (filter.topic !== undefined && !topic) {
    throw new AppError('topic-not-found', `There is no topic “${filter.topic.slice(0, 80)}” here.`);
  }
  return {
    topicId: topic?.id,
    storyId: toId(filter.story, 'story'),
    editorId: toId(filter.editor, 'editor'),
    before: toId(filter.before, 'decision'),
  };
}

function toId(text: string | undefined, noun: string): string | undefined {
  if (text === undefined) return undefined;
  if (parseStoryId(text) === text) return text;
  throw new AppError('bad-argument', `“${text.slice(0, 40)}” is no ${noun}'s number.`);
}
