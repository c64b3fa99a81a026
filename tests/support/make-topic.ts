import type { NewTopic } from '../../db/topics.ts';

/** A topic that takes everything of all sources, but for what a test says otherwise. */
export function makeTopic(slug: string, change: Partial<NewTopic> = {}): NewTopic {
  return {
    slug,
    name: slug,
    description: '',
    rule: '*',
    mode: 'automatic',
    language: 'en',
    itemLimit: 50,
    sourceIds: 'all',
    showsRelated: true,
    ...change,
  };
}
