import type { PlacementState } from '../../model/placement.ts';
import type { Topic } from '../../model/topic.ts';
import { toCount } from '../pages/words.ts';
import type { Site } from '../site.ts';
import { listWords, type QueueView, toQueueUrl } from './queue-state.ts';

export type StateCounts = Record<PlacementState, number>;

interface NoteProps {
  site: Site;
  topic: Topic;
  view: QueueView;
  counts: StateCounts;
}

/** Why a list is empty, and what to do. Stands below every list; the style shows it when no row is left. */
export function QueueNote(props: NoteProps) {
  const { title, why } = toQueueNote(props);
  const { site, topic, view, counts } = props;
  const fullest = (['candidate', 'published', 'held', 'spiked'] as const).filter(
    (state) => state !== view.show && counts[state] > 0,
  );
  return (
    <div class="queue-note" role="note">
      <h2>{title}</h2>
      <p>{why}</p>
      {fullest.length > 0 && (
        <ul>
          {fullest.map((state) => (
            <li>
              <a href={toQueueUrl(site.base, topic.slug, { show: state })}>
                {listWords[state]}: {toCount(counts[state], 'story', 'stories')}
              </a>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

/** The first reason that holds. */
export function toQueueNote({ topic, view, counts }: Omit<NoteProps, 'site'>): {
  title: string;
  why: string;
} {
  if (view.search) {
    return {
      title: `Nothing about “${view.search}”`,
      why: `No story ${view.show === 'all' ? 'of this topic' : 'in this list'} has these words in its headline or text. Try fewer or other words, or look in all lists.`,
    };
  }
  const all = counts.candidate + counts.published + counts.held + counts.spiked;
  if (all === 0) {
    return {
      title: `Nothing has come in for ${topic.name} yet`,
      why: `Its rule, ${topic.rule}, has matched no story of the sources so far. New ones appear here by themselves; a wider rule brings more.`,
    };
  }
  if (view.show === 'candidate') return toCandidateNote(topic);
  const whys: Record<Exclude<QueueView['show'], 'candidate'>, string> = {
    published: 'Nothing of this topic is published. Publish a candidate with the key P.',
    held: 'Nothing is put aside. Hold a story with H to come back to it later.',
    spiked: 'Nothing has been thrown out. A story that you spike with X stays here, and can be taken back.',
    all: 'There are no more stories here.',
  };
  return { title: `No stories are ${view.show === 'all' ? 'left' : view.show}`, why: whys[view.show] };
}

function toCandidateNote(topic: Topic): { title: string; why: string } {
  if (topic.mode === 'automatic') {
    return {
      title: 'No candidates: this topic publishes by itself',
      why: 'What its rule matches is published at once. Look at what is published to correct it.',
    };
  }
  const assisted = topic.mode === 'assisted' ? ' What you leave is published by itself after a while.' : '';
  return {
    title: 'All done',
    why: `Every story that came in for ${topic.name} has been decided. New ones appear here by themselves.${assisted}`,
  };
}
