import { type SourcedEntry, type StoryWithEntries, toStandfirst } from '../../model/story.ts';
import { findSafeUrl, toStoryUrl } from '../addresses.ts';
import type { Site } from '../site.ts';
import { toAge, toCount, toDirection, toFullTime, toLanguageAttributes } from './words.ts';

/**
 * A moment as people say it, with the full time for hovering and for machines.
 * Our own words stand in `bdi` wherever the text around them may run from right to left.
 */
export function Time({ at, now }: { at: Date; now: Date }) {
  return (
    <time datetime={at.toISOString()} title={toFullTime(at)}>
      <bdi>{toAge(at, now)}</bdi>
    </time>
  );
}

export interface TeaserProps {
  site: Site;
  now: Date;
  story: StoryWithEntries;
  /** Level of the headline in the page's outline. */
  level: 2 | 3 | 4;
  /** How much of the story is shown: `lead` all, `row` with a small image at the side, `brief` without image. */
  size: 'lead' | 'row' | 'brief';
  /** Seen without scrolling: its image is fetched first. */
  isFirst?: boolean;
}

/** The lead image, unless the source's policy is to show the headline alone. */
export function findShownImage({ entry, source }: SourcedEntry): string | undefined {
  return source.policy === 'title' ? undefined : findSafeUrl(entry.imageUrl);
}

/** A story in a list: the headline links to its page, and so does the whole block. */
export function Teaser({ site, now, story, level, size, isFirst }: TeaserProps) {
  const { entry, source } = story.lead;
  const language = toLanguageAttributes(entry.language);
  const Heading = `h${level}` as 'h3';
  const imageUrl = size === 'brief' ? undefined : findShownImage(story.lead);
  // What a source lets us say beyond its headline is its policy's matter, in lists as on the story's page.
  const standfirst = toStandfirst(story.lead);
  return (
    <article class={`teaser teaser-${size}${imageUrl ? '' : ' no-image'}`}>
      <div class="teaser-text" dir={toDirection(entry.language)}>
        <Heading class={toHeadlineClass(entry.title)} lang={language.lang}>
          <a href={toStoryUrl(site.base, story)}>{entry.title}</a>
        </Heading>
        {standfirst && (
          <p class="standfirst" lang={language.lang}>
            {standfirst}
          </p>
        )}
        <p class="meta">
          <span class="source">
            <bdi>{source.title}</bdi>
          </span>{' '}
          <Time at={entry.datedAt} now={now} />
          {story.others.length > 0 && (
            <span>
              <bdi>{toCount(story.others.length, 'more report', 'more reports')}</bdi>
            </span>
          )}
        </p>
      </div>
      {imageUrl && <TeaserImage url={imageUrl} isFirst={isFirst} />}
    </article>
  );
}

// The headline says what the image shows as far as we know, so the image has no text of its own.
function TeaserImage({ url, isFirst }: { url: string; isFirst?: boolean }) {
  return (
    <div class="frame">
      <img
        src={url}
        alt=""
        decoding="async"
        referrerpolicy="no-referrer"
        loading={isFirst ? undefined : 'lazy'}
        fetchpriority={isFirst ? 'high' : undefined}
      />
    </div>
  );
}

/** Classes of a headline: long ones are set a step or two smaller. */
export function toHeadlineClass(title: string): string {
  if (title.length > 160) return 'headline very-long';
  return title.length > 90 ? 'headline long' : 'headline';
}
