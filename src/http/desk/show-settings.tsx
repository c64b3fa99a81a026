import type { Context } from 'hono';
import { AppError } from '../../errors.ts';
import { type Topic, toSlug } from '../../model/topic.ts';
import { addTopic, changeTopic } from '../../newsroom/curate-topic.ts';
import { forecastMode } from '../../newsroom/forecast-mode.ts';
import type { Visitor } from '../auth/route.ts';
import type { AppDeps } from '../deps.ts';
import { respondPage } from '../respond.ts';
import type { Site } from '../site.ts';
import { toQueueUrl } from './queue-state.ts';
import { readForm } from './read-form.ts';
import { seeOther } from './respond-desk.ts';
import { SettingsPage, type SettingsPageProps } from './settings-page.tsx';
import { getTopic } from './show-queue.tsx';
import {
  emptyTopicForm,
  readTopicForm,
  type TopicForm,
  type TopicSlips,
  topicFields,
  toTopicForm,
  type WantedTopic,
} from './topic-form.ts';

type Handler = (c: Context, visitor: Visitor) => Promise<Response>;

/** `/desk/topics/:slug/settings` */
export function showSettings(deps: AppDeps, site: Site): Handler {
  return async (c, visitor) => {
    const topic = await getTopic(deps, c.req.param('slug'));
    const said =
      c.req.query('saved') === undefined ? undefined : 'Saved. What is published follows within a moment.';
    return await respond(c, { site, visitor, topic, form: toTopicForm(topic), slips: {}, said });
  };
}

/** Another mode or rule is said what it does first, and saved when the same is sent again. */
export function submitSettings(deps: AppDeps, site: Site): Handler {
  return async (c, visitor) => {
    const topic = await getTopic(deps, c.req.param('slug'));
    const form = await readForm(c, topicFields);
    const { wanted, slips } = readTopicForm(form);
    const props = { site, visitor, topic, form };
    if (Object.keys(slips).length > 0) return await respond(c, { ...props, slips }, 400);
    const forecast = await toForecast(deps, topic, wanted);
    if (forecast && form.forecast !== forecast) return await respond(c, { ...props, slips, forecast });
    try {
      await changeTopic(deps.db, topic.id, toChange(topic, wanted), deps.now());
    } catch (error) {
      return await respond(c, { ...props, slips: toSlips(error) }, 400);
    }
    deps.publishSoon();
    return seeOther(`${toQueueUrl(site.base, topic.slug)}/settings?saved`);
  };
}

/** `/desk/topics/new` */
export function showNewTopic(site: Site): Handler {
  return async (c, visitor) => await respond(c, { site, visitor, form: emptyTopicForm, slips: {} });
}

export function submitNewTopic(deps: AppDeps, site: Site): Handler {
  return async (c, visitor) => {
    const form: TopicForm = await readForm(c, topicFields);
    const { wanted, slips } = readTopicForm(form);
    const slug = toSlug(wanted.name);
    if (!slugIsGiven(slug)) slips.name ??= 'A name needs a letter or a digit to make an address from.';
    if (Object.keys(slips).length > 0) return await respond(c, { site, visitor, form, slips }, 400);
    try {
      const common = { slug, language: 'en', itemLimit: 50, sourceIds: 'all', showsRelated: true } as const;
      const { topic } = await addTopic(deps.db, { ...common, ...wanted }, deps.now());
      deps.publishSoon();
      return seeOther(toQueueUrl(site.base, topic.slug));
    } catch (error) {
      return await respond(c, { site, visitor, form, slips: toSlips(error) }, 400);
    }
  };
}

// "new" is a page of ours at the place where its queue would be.
function slugIsGiven(slug: string): boolean {
  return slug !== '' && slug !== 'new';
}

async function toForecast(deps: AppDeps, topic: Topic, wanted: WantedTopic): Promise<string | undefined> {
  const { mode, assistMinutes, assistSources } = wanted;
  const isSame =
    mode === topic.mode &&
    (mode !== 'assisted' || (assistMinutes === topic.assistMinutes && assistSources === topic.assistSources));
  return isSame ? undefined : await forecastMode(deps.db, topic, { mode, assistMinutes, assistSources });
}

/** What is as it was is not changed, for a changed rule runs over everything that is stored. */
function toChange(topic: Topic, wanted: WantedTopic): Partial<WantedTopic> {
  return Object.fromEntries(
    Object.entries(wanted).filter(([name, value]) => topic[name as keyof WantedTopic] !== value),
  );
}

function toSlips(error: unknown): TopicSlips {
  if (error instanceof AppError && error.code === 'bad-rule') return { rule: error.message };
  if (error instanceof AppError && error.code === 'topic-exists') return { name: error.message };
  throw error;
}

async function respond(c: Context, props: SettingsPageProps, status = 200): Promise<Response> {
  return await respondPage(c.req.raw.headers, <SettingsPage {...props} />, {
    status,
    cacheControl: 'no-store',
    connects: true,
  });
}
