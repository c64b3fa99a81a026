import type { QueueRow } from '../../../db/queue.ts';
import type { RelatedStory } from '../../model/story.ts';
import { Time } from '../pages/story-parts.tsx';
import { toLanguageAttributes } from '../pages/words.ts';

interface Choice {
  id: string;
  headline: string;
  language?: string;
  source: string;
  at: Date;
  isRelated: boolean;
}

export interface MergeChoicesProps {
  now: Date;
  /** The story that takes the other up: not to be chosen itself. */
  storyId: string;
  related: RelatedStory[];
  rows: QueueRow[];
  limit: number;
}

/** The stories that one may be merged with: options of the dialog's list. */
export function MergeChoices({ now, storyId, related, rows, limit }: MergeChoicesProps) {
  const choices = toChoices(storyId, related, rows).slice(0, limit);
  if (choices.length === 0) {
    return <li class="no-choice">No other story of this topic has these words. Try fewer of them.</li>;
  }
  return (
    <>
      {choices.map((choice) => (
        <li data-story={choice.id} data-headline={choice.headline}>
          <span class="choice-title" lang={toLanguageAttributes(choice.language).lang}>
            {choice.headline}
          </span>
          <span class="choice-meta">
            <bdi>{choice.source}</bdi> · <Time at={choice.at} now={now} />
            {choice.isRelated && ' · related'}
          </span>
        </li>
      ))}
    </>
  );
}

function toChoices(storyId: string, related: RelatedStory[], rows: QueueRow[]): Choice[] {
  const near = related.map(({ story, lead }) => ({
    id: story.id,
    headline: lead.entry.title,
    language: lead.entry.language,
    source: lead.source.title,
    at: lead.entry.datedAt,
    isRelated: true,
  }));
  const others = rows.map((row) => ({
    id: row.story.id,
    headline: row.headline,
    language: row.language,
    source: row.lead.source,
    at: row.placement.datedAt,
    isRelated: false,
  }));
  const seen = new Set([storyId]);
  return [...near, ...others].filter(({ id }) => {
    const isNew = !seen.has(id);
    seen.add(id);
    return isNew;
  });
}
