import type { Topic } from '../../model/topic.ts';
import { toCount } from './words.ts';

/** Numbers of sources, as the database counts them. */
export interface SourceCounts {
  active: number;
  failing: number;
  total: number;
  /** Active ones that were never asked yet. */
  unchecked: number;
}

interface Note {
  /** What is missing. */
  title: string;
  /** Why. */
  why: string;
  /** What to do about it; a command for whoever runs the site. */
  command?: string;
}

/** Why there is nothing to read, and what to do. Without a topic: the site has none. */
export function EmptyNote({
  counts,
  topic,
  level = 2,
}: {
  counts: SourceCounts;
  topic?: Topic;
  level?: 2 | 3;
}) {
  const { title, why, command } = toNote(counts, topic);
  const Heading = `h${level}` as 'h2';
  return (
    <div class="empty" dir="ltr">
      <Heading>{title}</Heading>
      <p>{why}</p>
      {command && (
        <p class="command">
          Whoever runs this site can type <code>{command}</code>
        </p>
      )}
    </div>
  );
}

/** The first reason that holds, from the outermost in. */
export function toNote({ active, failing, total, unchecked }: SourceCounts, topic?: Topic): Note {
  if (!topic) {
    return {
      title: 'No topics yet',
      why: 'A topic gathers the stories that match its rule. There is none on this site so far.',
      command: `wireroom topic add "World News" --rule "*"`,
    };
  }
  const title = `Nothing in ${topic.name} yet`;
  if (total === 0) {
    return {
      title,
      why: 'No sources are set up, so there is nothing to gather stories from.',
      command: 'wireroom source add https://example.org/',
    };
  }
  if (active === 0) {
    return {
      title,
      why: `None of the ${toCount(total, 'source', 'sources')} is being read: they are paused, or gone for good.`,
      command: 'wireroom source list',
    };
  }
  if (unchecked > 0) {
    return {
      title,
      why: `${toCount(unchecked, 'source has', 'sources have')} not been fetched yet. This takes a minute or two after the start: look again soon.`,
    };
  }
  if (failing >= active) {
    return {
      title,
      why: `${active === 1 ? 'The only source' : `All ${toCount(active, 'source', 'sources')}`} failed to answer the last time. They are asked again by themselves.`,
      command: 'wireroom source list',
    };
  }
  if (topic.mode === 'editor') {
    return { title, why: 'An editor decides what is published in this topic, and nothing has been so far.' };
  }
  return {
    title,
    why: 'The sources have been read, but no story matches the rule of this topic.',
    command: `wireroom topic show ${topic.slug}`,
  };
}
