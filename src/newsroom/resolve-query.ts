import type { Db } from '../../db/connect.ts';
import type { PublishedFilter } from '../../db/published-stories.ts';
import { findSavedSearch } from '../../db/saved-searches.ts';
import { getSiteIdentity } from '../../db/site.ts';
import { findSourceById } from '../../db/sources.ts';
import { listTopics } from '../../db/topics.ts';
import { AppError } from '../errors.ts';
import { parseRule } from '../match/parse-rule.ts';
import type { Rule } from '../match/rule.ts';
import { type DocumentQuery, mostCombinedTopics } from '../model/document-query.ts';
import type { SourcedEntry } from '../model/story.ts';
import type { Topic } from '../model/topic.ts';
import { toNameUuid } from './to-name-uuid.ts';

/** A query with what it stands for now. */
export interface ResolvedQuery {
  /** Stays whatever its members are called. */
  uuid: string;
  title: string;
  description: string;
  /** BCP 47; empty when it is of several. */
  language: string;
  /** The date of a document without items. */
  createdAt: Date;
  filter: PublishedFilter;
  rule?: Rule;
  leads?: (sourced: SourcedEntry) => boolean;
  /** Whether the query itself stands for nothing when no story is found, so that there is no document. */
  needsStories?: boolean;
}

type Said = Omit<ResolvedQuery, 'uuid'> & {
  /** In the name space of the site, unless the thing has a UUID of its own. */
  name: string;
  uuid?: string;
};

/**
 * Looks up what a query names; its UUID is of version 5 in the site's own name space, over the ids (not the names) of what is
 * asked for. Throws AppError `topic-not-found`, `source-not-found`, `search-not-found`, `bad-argument`.
 */
export async function resolveQuery(db: Db, query: DocumentQuery, siteName: string): Promise<ResolvedQuery> {
  const site = await getSiteIdentity(db);
  const { name, ...said } = await say(db, query, { siteName, madeAt: site.madeAt });
  return { ...said, uuid: said.uuid ?? toNameUuid(site.uuid, name) };
}

interface SaidOfSite {
  siteName: string;
  madeAt: Date;
}

async function say(db: Db, query: DocumentQuery, site: SaidOfSite): Promise<Said> {
  switch (query.kind) {
    case 'all':
      return sayAll(await listTopics(db), site);
    case 'source':
      return await saySource(db, query.sourceId, site);
    case 'language':
      return sayLanguage(query.language, site);
    case 'topics':
      return sayTopics(await listTopics(db), query.slugs, site);
    case 'search':
      return await saySearch(db, query.slug, site);
  }
}

function sayAll(topics: Topic[], { siteName, madeAt }: SaidOfSite): Said {
  return {
    name: 'all',
    title: siteName,
    description: `All that ${siteName} publishes.`,
    language: toCommonLanguage(topics),
    createdAt: madeAt,
    filter: {},
  };
}

async function saySource(db: Db, sourceId: string, { siteName }: SaidOfSite): Promise<Said> {
  const source = await findSourceById(db, sourceId);
  if (!source) throw new AppError('source-not-found', `There is no source “${sourceId}” here.`);
  return {
    name: `source ${source.id}`,
    title: source.title,
    description: `What ${siteName} publishes of ${source.title}.`,
    language: source.language ?? '',
    createdAt: source.createdAt,
    filter: { sourceId: source.id },
    leads: (sourced) => sourced.source.id === source.id,
  };
}

function sayLanguage(language: string, { siteName, madeAt }: SaidOfSite): Said {
  const spoken = new Intl.DisplayNames(['en'], { type: 'language' }).of(language) ?? language;
  return {
    name: `language ${language}`,
    title: `${siteName}: ${spoken}`,
    description: `What ${siteName} publishes in ${spoken}.`,
    language,
    createdAt: madeAt,
    filter: { language },
    leads: ({ entry }) => isOfLanguage(entry.language, language),
    needsStories: true,
  };
}

function isOfLanguage(tag: string | undefined, language: string): boolean {
  const lower = tag?.toLowerCase();
  return lower === language || Boolean(lower?.startsWith(`${language}-`));
}

function sayTopics(all: Topic[], slugs: string[], { siteName }: SaidOfSite): Said {
  if (slugs.length > mostCombinedTopics) {
    throw new AppError('bad-argument', `At most ${mostCombinedTopics} topics go into one document.`);
  }
  const unknown = slugs.find((slug) => !all.some((topic) => topic.slug === slug));
  if (unknown !== undefined) throw new AppError('topic-not-found', `There is no topic “${unknown}” here.`);
  const topics = all.filter(({ slug }) => slugs.includes(slug));
  return {
    name: `topics ${topics
      .map(({ uuid }) => uuid)
      .sort()
      .join(' ')}`,
    title: topics.map(({ name }) => name).join(' + '),
    description: `What ${siteName} publishes in ${toList(topics.map(({ name }) => name))}, each story once.`,
    language: toCommonLanguage(topics),
    createdAt: new Date(Math.max(...topics.map(({ createdAt }) => createdAt.getTime()))),
    filter: { topicIds: topics.map(({ id }) => id) },
  };
}

async function saySearch(db: Db, slug: string, { siteName }: SaidOfSite): Promise<Said> {
  const search = await findSavedSearch(db, slug);
  if (!search) throw new AppError('search-not-found', `There is no saved search “${slug}” here.`);
  return {
    name: '',
    uuid: search.uuid,
    title: search.name,
    description: `What ${siteName} publishes that matches ${search.rule}`,
    language: '',
    createdAt: search.createdAt,
    filter: {},
    rule: parseRule(search.rule),
  };
}

function toList(names: string[]): string {
  return new Intl.ListFormat('en').format(names);
}

function toCommonLanguage(topics: Topic[]): string {
  const languages = new Set(topics.map(({ language }) => language));
  return languages.size === 1 ? ([...languages][0] ?? '') : '';
}
