import type { Context } from 'hono';
import { listPublished } from '../../db/placements.ts';
import { countSources } from '../../db/sources.ts';
import { listRelatedStories } from '../../db/story-links.ts';
import { findTopicBySlug, listTopics } from '../../db/topics.ts';
import { AppError } from '../errors.ts';
import type { PlacementCursor, PublishedStory } from '../model/placement.ts';
import type { Topic } from '../model/topic.ts';
import { parseStoryId, toStoryAddress, toStoryUrl } from './addresses.ts';
import type { AppDeps } from './deps.ts';
import { explainMissingStory, findShownStory } from './find-shown-story.ts';
import { FrontPage, storiesPerTopic } from './pages/front-page.tsx';
import { StoryPage } from './pages/story-page.tsx';
import { TopicPage } from './pages/topic-page.tsx';
import { redirectTo, respondPage } from './respond.ts';
import type { Site } from './site.ts';

/** Stories on one page of a topic. */
const storiesPerPage = 30;
/** Related stories on the page of one. */
const relatedPerPage = 5;

type Handler = (c: Context) => Promise<Response>;

/** `/` */
export function showFront(deps: AppDeps, site: Site): Handler {
  return async (c) => {
    const topics = await listTopics(deps.db);
    const [counts, ...stories] = await Promise.all([
      countSources(deps.db),
      ...topics.map((topic) => listPublished(deps.db, topic.id, { limit: storiesPerTopic * 3 })),
    ]);
    const sections = toSections(topics, stories);
    return await respondPage(
      c.req.raw.headers,
      <FrontPage site={site} now={deps.now()} sections={sections} counts={counts} />,
    );
  };
}

/** A story that stands higher up is not told again further down, unless a topic has nothing else. */
function toSections(
  topics: Topic[],
  stories: PublishedStory[][],
): { topic: Topic; stories: PublishedStory[] }[] {
  const told = new Set<string>();
  return topics.map((topic, index) => {
    const all = stories[index] ?? [];
    const fresh = all.filter(({ story }) => !told.has(story.id));
    const shown = (fresh.length > 0 ? fresh : all).slice(0, storiesPerTopic);
    for (const { story } of shown) told.add(story.id);
    return { topic, stories: shown };
  });
}

/** `/topics/:slug`, with `?before=` for the pages after the first. */
export function showTopic(deps: AppDeps, site: Site): Handler {
  return async (c) => {
    const slug = c.req.param('slug') ?? '';
    const topic = await findTopicBySlug(deps.db, slug);
    if (topic === undefined) throw new AppError('topic-not-found', `There is no topic “${slug}” here.`);
    const before = parseBefore(c.req.query('before'));
    const [topics, counts, found] = await Promise.all([
      listTopics(deps.db),
      countSources(deps.db),
      // One more than is shown says whether there is another page.
      listPublished(deps.db, topic.id, { limit: storiesPerPage + 1, before }),
    ]);
    const { stories, olderThan } = cutPage(found, storiesPerPage);
    const props = { site, now: deps.now(), topic, topics, stories, counts, before, olderThan };
    return await respondPage(c.req.raw.headers, <TopicPage {...props} />);
  };
}

/** `/stories/:id-:slug`; another slug of the same story, and a story that was merged, are sent to the right address. */
export function showStory(deps: AppDeps, site: Site): Handler {
  return async (c) => {
    const address = c.req.param('address') ?? '';
    const id = parseStoryId(address);
    const [story, topics] = await Promise.all([
      id === undefined ? undefined : findShownStory(deps.db, id),
      listTopics(deps.db),
    ]);
    if (story === undefined) throw await explainMissingStory(deps.db, id);
    if (address !== toStoryAddress(story)) {
      return redirectTo(toStoryUrl(site.base, story) + new URL(c.req.url).search);
    }
    const related = await listRelatedStories(deps.db, [story.story.id], relatedPerPage, 'published');
    const props = { site, now: deps.now(), story, related: related.get(story.story.id) ?? [], topics };
    return await respondPage(c.req.raw.headers, <StoryPage {...props} />);
  };
}

/**
 * `2026-11-24T12:00:00.000Z`, or with the id of the story that the last page ended on: `…Z_1234`.
 * Throws AppError `bad-argument` when it is neither.
 */
function parseBefore(text: string | undefined): PlacementCursor | undefined {
  if (text === undefined || text === '') return undefined;
  const [moment = '', storyId] = text.split('_', 2);
  const datedAt = new Date(moment);
  const year = datedAt.getUTCFullYear();
  const isStory = storyId === undefined || parseStoryId(storyId) !== undefined;
  if (/^\d{4}-\d{2}-\d{2}/.test(moment) && year >= 1 && year <= 9999 && isStory) return { datedAt, storyId };
  throw new AppError(
    'bad-argument',
    `“${text.slice(0, 40)}” is no moment to list stories before. Write it as 2026-11-24T12:00:00Z.`,
  );
}

/** Cuts a page off; `found` holds one more than a page when there is more. */
export function cutPage(
  found: PublishedStory[],
  size: number,
): { stories: PublishedStory[]; olderThan?: PlacementCursor } {
  const stories = found.slice(0, size);
  const last = stories.at(-1)?.placement;
  if (!last || found.length <= size) return { stories };
  return { stories, olderThan: { datedAt: last.datedAt, storyId: last.storyId } };
}
