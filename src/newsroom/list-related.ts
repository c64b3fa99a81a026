import type { Db } from '../../db/connect.ts';
import { listRelatedStories } from '../../db/story-links.ts';
import type { PublishedStory } from '../model/placement.ts';
import type { RelatedStory } from '../model/story.ts';
import type { Topic } from '../model/topic.ts';

const relatedPerItem = 3;

/** What a topic's documents name as related, by story; only stories that have a page, for that is where they lead to. */
export async function listRelated(
  db: Db,
  topic: Topic,
  stories: PublishedStory[],
): Promise<Map<string, RelatedStory[]>> {
  const storyIds = topic.showsRelated ? stories.map(({ story }) => story.id) : [];
  return listRelatedStories(db, storyIds, relatedPerItem, 'published');
}
