import { publicationFormats } from '../../model/outgoing.ts';
import type { PlacementCursor, PublishedStory } from '../../model/placement.ts';
import type { Topic } from '../../model/topic.ts';
import { toDocumentUrl, toTopicUrl } from '../addresses.ts';
import type { Site } from '../site.ts';
import { EmptyNote, type SourceCounts } from './empty-note.tsx';
import { formatNames, plainTypes } from './formats.ts';
import { Page } from './page.tsx';
import { Teaser } from './story-parts.tsx';
import { toDayHeading, toDirection, toLanguageAttributes } from './words.ts';

export interface TopicPageProps {
  site: Site;
  now: Date;
  topic: Topic;
  topics: Topic[];
  /** Newest first. */
  stories: PublishedStory[];
  counts: SourceCounts;
  /** Set on the pages after the first: only what is older than this. */
  before?: PlacementCursor;
  /** Where the next page starts, when there is one. */
  olderThan?: PlacementCursor;
}

/** `/topics/:slug`: the lead, then a river of stories by day. */
export function TopicPage(props: TopicPageProps) {
  const { site, now, topic, topics, stories, counts, before, olderThan } = props;
  const url = toTopicUrl(site.url, topic.slug);
  const description = topic.description || `The latest stories in ${topic.name}.`;
  const [lead, ...rest] = stories;
  const river = before ? stories : rest;
  return (
    <Page
      site={site}
      now={now}
      title={before ? `${topic.name}: earlier stories` : topic.name}
      description={description}
      canonicalUrl={before ? `${url}?before=${toCursorText(before)}` : url}
      graph={{ type: 'website', title: topic.name, description, url }}
      topics={topics}
      alternates={[topic]}
      currentSlug={topic.slug}
      direction={toDirection(topic.language) === 'rtl' ? 'rtl' : undefined}
    >
      <TopicHead site={site} topic={topic} isEarlier={before !== undefined} />
      {stories.length === 0 &&
        (before ? <NothingEarlier site={site} topic={topic} /> : <EmptyNote counts={counts} topic={topic} />)}
      {lead && !before && (
        <div class="topic-lead">
          <Teaser site={site} now={now} story={lead} level={2} size="lead" isFirst />
        </div>
      )}
      {river.length > 0 && <River site={site} now={now} stories={river} />}
      {olderThan && (
        <nav class="paging" aria-label="Pages">
          <a
            class="button"
            rel="next"
            href={`${toTopicUrl(site.base, topic.slug)}?before=${toCursorText(olderThan)}`}
          >
            Earlier stories
          </a>
        </nav>
      )}
    </Page>
  );
}

function toCursorText({ datedAt, storyId }: PlacementCursor): string {
  return datedAt.toISOString() + (storyId ? `_${storyId}` : '');
}

function TopicHead({ site, topic, isEarlier }: { site: Site; topic: Topic; isEarlier: boolean }) {
  const language = toLanguageAttributes(topic.language);
  return (
    <div class="topic-head">
      <h1 {...language}>
        {isEarlier ? <a href={toTopicUrl(site.base, topic.slug)}>{topic.name}</a> : topic.name}
      </h1>
      {topic.description && (
        <p class="topic-description" {...language}>
          {topic.description}
        </p>
      )}
      <p class="subscribe">
        <bdi>Subscribe:</bdi>
        {publicationFormats.map((format) => (
          <a
            href={toDocumentUrl(site.base, topic.slug, format)}
            type={plainTypes[format]}
            aria-label={`Subscribe to ${topic.name} by ${formatNames[format]}`}
          >
            {formatNames[format]}
          </a>
        ))}
        <button type="button" hidden data-copy={toDocumentUrl(site.url, topic.slug, 'rss')}>
          Copy address
        </button>
        <span role="status" class="said" />
      </p>
    </div>
  );
}

function NothingEarlier({ site, topic }: { site: Site; topic: Topic }) {
  return (
    <div class="empty">
      <h2>No earlier stories</h2>
      <p>
        Nothing in {topic.name} is older than this.{' '}
        <a href={toTopicUrl(site.base, topic.slug)}>Go to the latest</a>
      </p>
    </div>
  );
}

function River({ site, now, stories }: { site: Site; now: Date; stories: PublishedStory[] }) {
  return (
    <div class="river">
      {groupByDay(stories, now).map(({ heading, stories: ofDay }) => (
        <section class="day">
          <h2 class="day-heading">{heading}</h2>
          <div class="day-stories">
            {ofDay.map((story) => (
              <Teaser site={site} now={now} story={story} level={3} size="row" />
            ))}
          </div>
        </section>
      ))}
    </div>
  );
}

/** Runs of stories that are pinned or of one day; the order stays. */
export function groupByDay(
  stories: PublishedStory[],
  now: Date,
): { heading: string; stories: PublishedStory[] }[] {
  const days: { heading: string; stories: PublishedStory[] }[] = [];
  for (const story of stories) {
    const heading = story.placement.pinnedAt ? 'Pinned' : toDayHeading(story.lead.entry.datedAt, now);
    const last = days.at(-1);
    if (last?.heading === heading) last.stories.push(story);
    else days.push({ heading, stories: [story] });
  }
  return days;
}
