import type { Db } from '../../db/connect.ts';
import { countSources, storeSources } from '../../db/sources.ts';
import { listTopics, type NewTopic } from '../../db/topics.ts';
import { AppError } from '../errors.ts';
import { addTopic } from './curate-topic.ts';

/** Public world-news feeds of publishers in several countries, to begin with. */
const starterSources = [
  {
    title: 'BBC News',
    feedUrl: 'https://feeds.bbci.co.uk/news/world/rss.xml',
    siteUrl: 'https://www.bbc.co.uk/news/world',
  },
  {
    title: 'Al Jazeera',
    feedUrl: 'https://www.aljazeera.com/xml/rss/all.xml',
    siteUrl: 'https://www.aljazeera.com/',
  },
  {
    title: 'The Guardian',
    feedUrl: 'https://www.theguardian.com/world/rss',
    siteUrl: 'https://www.theguardian.com/world',
  },
  {
    title: 'NPR',
    feedUrl: 'https://feeds.npr.org/1004/rss.xml',
    siteUrl: 'https://www.npr.org/sections/world/',
  },
  {
    title: 'Deutsche Welle',
    feedUrl: 'https://rss.dw.com/rdf/rss-en-world',
    siteUrl: 'https://www.dw.com/en/world/s-1429',
  },
  { title: 'France 24', feedUrl: 'https://www.france24.com/en/rss', siteUrl: 'https://www.france24.com/en/' },
  {
    title: 'UN News',
    feedUrl: 'https://news.un.org/feed/subscribe/en/news/all/rss.xml',
    siteUrl: 'https://news.un.org/en/',
  },
  {
    title: 'The New York Times',
    feedUrl: 'https://rss.nytimes.com/services/xml/rss/nyt/World.xml',
    siteUrl: 'https://www.nytimes.com/section/world',
  },
  {
    title: 'CBS News',
    feedUrl: 'https://www.cbsnews.com/latest/rss/world',
    siteUrl: 'https://www.cbsnews.com/world/',
  },
  {
    title: 'Sky News',
    feedUrl: 'https://feeds.skynews.com/feeds/rss/world.xml',
    siteUrl: 'https://news.sky.com/world',
  },
];

const worldNews: NewTopic = {
  slug: 'world-news',
  name: 'World News',
  description: 'What the world’s newsrooms report, from several publishers, each story with its source.',
  rule: '*',
  mode: 'automatic',
  language: 'en',
  itemLimit: 50,
  sourceIds: 'all',
  showsRelated: true,
};

/**
 * On a database without sources and topics, adds the topic World News and sources for it; returns how many, else 0.
 * Two processes that begin at once add them once.
 */
export async function addStarter(db: Db, now: Date): Promise<number> {
  const [{ total }, topics] = [await countSources(db), await listTopics(db)];
  if (total > 0 || topics.length > 0) return 0;
  const added = await storeSources(
    db,
    starterSources.map((source) => ({ ...source, titleIsSet: true })),
    now,
  );
  try {
    await addTopic(db, worldNews, now);
  } catch (error) {
    if (error instanceof AppError && error.code === 'topic-exists') return 0;
    throw error;
  }
  return added.length;
}
