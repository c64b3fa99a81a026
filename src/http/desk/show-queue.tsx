import type { Context } from 'hono';
import { listDecisions } from '../../../db/decisions.ts';
import { countQueue, listQueue, type QueueQuery } from '../../../db/queue.ts';
import { listRelatedStories } from '../../../db/story-links.ts';
import { findTopicBySlug, listTopics } from '../../../db/topics.ts';
import { AppError } from '../../errors.ts';
import { hasRole } from '../../model/editor.ts';
import type { Topic } from '../../model/topic.ts';
import { findPreview } from '../../newsroom/desk-queue.ts';
import { parseStoryId } from '../addresses.ts';
import type { Visitor } from '../auth/route.ts';
import type { AppDeps } from '../deps.ts';
import { respondJson, respondPage } from '../respond.ts';
import type { Site } from '../site.ts';
import { DeskPage } from './desk-page.tsx';
import { MergeChoices } from './merge-choices.tsx';
import { NoTopics } from './no-topics.tsx';
import { Preview } from './preview.tsx';
import type { PreviewData } from './preview-data.ts';
import { QueuePage } from './queue-page.tsx';
import { QueueRows } from './queue-rows.tsx';
import { parseView, type QueueView, toQueueUrl, toStates } from './queue-state.ts';
import { respondFragment, seeOther } from './respond-desk.ts';

const rowsPerPage = 50;
const decisionsShown = 5;
const choicesShown = 9;

type Handler = (c: Context, visitor: Visitor) => Promise<Response>;

/** `/desk`: the queue of the first topic. */
export function showDesk(deps: AppDeps, site: Site): Handler {
  return async (c, visitor) => {
    const [first] = await listTopics(deps.db);
    if (first) return seeOther(toQueueUrl(site.base, first.slug));
    const page = (
      <DeskPage site={site} visitor={visitor} title="Queue" place="queue">
        <NoTopics site={site} visitor={visitor} />
      </DeskPage>
    );
    return await respondPage(c.req.raw.headers, page, { cacheControl: 'no-store', connects: true });
  };
}

/** `/desk/topics/:slug`, and with `?part=rows` its rows alone. */
export function showQueue(deps: AppDeps, site: Site): Handler {
  return async (c, visitor) => {
    const topic = await getTopic(deps, c.req.param('slug'));
    const view = parseView((name) => c.req.query(name), topic);
    const now = deps.now();
    const { rows, next } = await listQueue(deps.db, toQuery(topic, view));
    if (c.req.query('part') === 'rows') {
      const fragment = (
        <QueueRows site={site} now={now} slug={topic.slug} view={view} rows={rows} next={next} />
      );
      return await respondFragment(c, fragment);
    }
    const [topics, counts, preview] = await Promise.all([
      listTopics(deps.db),
      countQueue(deps.db),
      rows[0] && findPreviewData(deps, site, visitor, topic, rows[0].story.id),
    ]);
    const props = { site, now, visitor, topics, counts, topic, view, rows, next, preview };
    return await respondPage(c.req.raw.headers, <QueuePage {...props} />, {
      cacheControl: 'no-store',
      connects: true,
    });
  };
}

/** `/desk/topics/:slug/stories/:id`: a page for those without script; with `?part=preview` what stands beside the queue. */
export function showStoryPreview(deps: AppDeps, site: Site): Handler {
  return async (c, visitor) => {
    const topic = await getTopic(deps, c.req.param('slug'));
    const preview = await findPreviewData(deps, site, visitor, topic, c.req.param('id') ?? '');
    if (!preview)
      throw new AppError('story-not-found', `This story does not stand in ${topic.name}, or not any more.`);
    if (c.req.query('part') === 'preview') return await respondFragment(c, <Preview {...preview} />);
    const page = (
      <DeskPage site={site} visitor={visitor} title={preview.row.headline} place="queue">
        <main id="main" class="story-alone" tabindex={-1}>
          <p>
            <a href={toQueueUrl(site.base, topic.slug)}>Back to the queue of {topic.name}</a>
          </p>
          <Preview {...preview} />
        </main>
      </DeskPage>
    );
    return await respondPage(c.req.raw.headers, page, { cacheControl: 'no-store', connects: true });
  };
}

/** `/desk/topics/:slug/others?q=&story=`: what a story may be merged with, the related ones first. */
export function listOthers(deps: AppDeps): Handler {
  return async (c) => {
    const topic = await getTopic(deps, c.req.param('slug'));
    const storyId = parseStoryId(c.req.query('story') ?? '') ?? '0';
    const search = c.req.query('q')?.trim().slice(0, 200);
    const query = toQuery(topic, { show: 'all', order: 'newest', search: search || undefined });
    const [related, { rows }] = await Promise.all([
      search ? undefined : listRelatedStories(deps.db, [storyId], choicesShown),
      listQueue(deps.db, { ...query, limit: choicesShown + 1 }),
    ]);
    const props = {
      now: deps.now(),
      storyId,
      related: related?.get(storyId) ?? [],
      rows,
      limit: choicesShown,
    };
    return await respondFragment(c, <MergeChoices {...props} />);
  };
}

/** `/api/desk/topics/:slug/queue`: the same for programs. */
export function serveQueue(deps: AppDeps): Handler {
  return async (c) => {
    const topic = await getTopic(deps, c.req.param('slug'));
    const view = parseView((name) => c.req.query(name), topic);
    const { rows, next } = await listQueue(deps.db, toQuery(topic, view));
    return respondJson(
      { topic: topic.slug, show: view.show, order: view.order, rows, next },
      200,
      'application/json',
    );
  };
}

/** Throws AppError `topic-not-found`. */
export async function getTopic(deps: AppDeps, slug = ''): Promise<Topic> {
  const topic = await findTopicBySlug(deps.db, slug);
  if (topic) return topic;
  throw new AppError('topic-not-found', `There is no topic “${slug.slice(0, 80)}” here.`);
}

function toQuery(topic: Topic, { show, order, search, after }: QueueView): QueueQuery {
  return { topicId: topic.id, states: toStates(show), order, search, after, limit: rowsPerPage };
}

async function findPreviewData(
  deps: AppDeps,
  site: Site,
  { editor, csrf }: Visitor,
  topic: Topic,
  storyId: string,
): Promise<PreviewData | undefined> {
  const id = parseStoryId(storyId);
  if (id === undefined) return undefined;
  const [found, decisions] = await Promise.all([
    findPreview(deps.db, topic.id, id),
    listDecisions(deps.db, { topicId: topic.id, storyId: id, limit: decisionsShown }),
  ]);
  const token = hasRole(editor, 'editor') ? (csrf ?? '') : undefined;
  return found && { site, now: deps.now(), topic, ...found, decisions, csrf: token };
}
