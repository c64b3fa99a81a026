import { toCorrectionWords } from '../../model/correction.ts';
import { type RelatedStory, type SourcedEntry, toStandfirst } from '../../model/story.ts';
import type { Topic } from '../../model/topic.ts';
import { findSafeUrl, toStoryUrl, toTopicUrl } from '../addresses.ts';
import type { ShownStory } from '../find-shown-story.ts';
import type { Site } from '../site.ts';
import { Page } from './page.tsx';
import { findShownImage, Time, toHeadlineClass } from './story-parts.tsx';
import { Coverage, PublisherCard, Related } from './story-side.tsx';
import { toDirection, toLanguageAttributes } from './words.ts';

export interface StoryPageProps {
  site: Site;
  now: Date;
  story: ShownStory;
  /** Nearest first. */
  related: RelatedStory[];
  topics: Topic[];
}

/** `/stories/:id-:slug`: what the publisher lets us show of a story, and the way to the rest of it. */
export function StoryPage({ site, now, story, related, topics }: StoryPageProps) {
  const { entry } = story.lead;
  const articleUrl = findSafeUrl(entry.url);
  const url = toStoryUrl(site.url, story);
  const summary = toStandfirst(story.lead) || undefined;
  return (
    <Page
      site={site}
      now={now}
      title={entry.title}
      description={summary}
      canonicalUrl={articleUrl ?? url}
      graph={{
        type: 'article',
        title: entry.title,
        description: summary,
        url,
        imageUrl: findShownImage(story.lead),
        publishedAt: entry.datedAt,
      }}
      topics={topics}
      alternates={story.topics}
      currentSlug={story.topics.length === 1 ? story.topics[0]?.slug : undefined}
    >
      <div class="story">
        <article class="story-article" dir={toDirection(entry.language)}>
          <StoryHead site={site} now={now} story={story} />
          <StoryImage lead={story.lead} />
          {isWhole(story.lead) || <Corrections corrections={story.corrections} />}
          <StoryBody lead={story.lead} />
          {isWhole(story.lead) && <Corrections corrections={story.corrections} />}
          <SourceLink lead={story.lead} />
        </article>
        <div class="story-side">
          {story.others.length > 0 && <Coverage now={now} others={story.others} />}
          {related.length > 0 && <Related site={site} now={now} related={related} />}
          <PublisherCard lead={story.lead} />
        </div>
      </div>
    </Page>
  );
}

function StoryHead({ site, now, story }: Pick<StoryPageProps, 'site' | 'now' | 'story'>) {
  const { entry, source } = story.lead;
  const language = toLanguageAttributes(entry.language);
  const authors = entry.authors
    .map(({ name }) => name)
    .filter((name) => name !== '' && name !== source.title);
  return (
    <header class="story-head">
      <p class="kicker">
        {story.topics.map((topic) => (
          <a href={toTopicUrl(site.base, topic.slug)} {...toLanguageAttributes(topic.language)}>
            {topic.name}
          </a>
        ))}
      </p>
      <h1 class={toHeadlineClass(entry.title)} {...language}>
        {entry.title}
      </h1>
      {hasStandfirst(story.lead) && (
        <p class="standfirst" {...language}>
          {toStandfirst(story.lead)}
        </p>
      )}
      <p class="meta byline">
        <span class="source">
          <bdi>{source.title}</bdi>
        </span>
        {authors.length > 0 && (
          <span class="authors">
            <bdi>{toList(authors)}</bdi>
          </span>
        )}
        <Time at={entry.datedAt} now={now} />
      </p>
    </header>
  );
}

/** The summary stands over the text unless it is only the text's own beginning; an editor's words always do. */
function hasStandfirst({ entry, source, standfirst }: SourcedEntry): boolean {
  if (standfirst) return true;
  if (entry.summary === '' || source.policy === 'title') return false;
  if (source.policy === 'summary' || entry.contentHtml === '') return true;
  const start = toPlainStart(entry.contentHtml);
  return !start.startsWith(toPlainStart(entry.summary).slice(0, 60));
}

/** Letters and digits of the first part of a text, tags left out: enough to see that two texts begin alike. */
function toPlainStart(html: string): string {
  const text = html
    .slice(0, 4000)
    .replace(/<[^<>]*>/g, '')
    .replace(/&[a-z#0-9]{1,10};/gi, '');
  return text.replace(/[^\p{L}\p{N}]/gu, '').slice(0, 400);
}

function StoryImage({ lead }: { lead: SourcedEntry }) {
  const { entry, source } = lead;
  const url = findShownImage(lead);
  const isInText =
    source.policy === 'full' && url !== undefined && entry.contentHtml.includes(toAttributeText(url));
  if (url === undefined || isInText) return null;
  return (
    <figure class="story-image">
      <img src={url} alt="" decoding="async" fetchpriority="high" referrerpolicy="no-referrer" />
      <figcaption>
        <bdi>Image: {source.title}</bdi>
      </figcaption>
    </figure>
  );
}

function toAttributeText(url: string): string {
  return url.replaceAll('&', '&amp;');
}

/** As documents have them: after the whole text, else before what there is of it. */
function Corrections({ corrections }: Pick<ShownStory, 'corrections'>) {
  if (corrections.length === 0) return null;
  return (
    <aside class="corrections" aria-label="Corrections" lang="en" dir="auto">
      {corrections.map((correction) => (
        <p>{toCorrectionWords(correction)}</p>
      ))}
    </aside>
  );
}

function isWhole({ entry, source }: SourcedEntry): boolean {
  return source.policy === 'full' && entry.contentHtml !== '';
}

function StoryBody({ lead }: { lead: SourcedEntry }) {
  const { entry } = lead;
  if (!isWhole(lead)) return null;
  return (
    // Sanitised on its way into the database, and the page's Content-Security-Policy runs nothing inline.
    <div
      class="story-body"
      {...toLanguageAttributes(entry.language)}
      dangerouslySetInnerHTML={{ __html: entry.contentHtml }}
    />
  );
}

function SourceLink({ lead }: { lead: SourcedEntry }) {
  const { entry, source } = lead;
  const articleUrl = findSafeUrl(entry.url);
  const url = articleUrl ?? findSafeUrl(source.siteUrl);
  if (url === undefined) return null;
  const reading = isWhole(lead)
    ? `Original story at ${source.title}`
    : `Read the full story at ${source.title}`;
  const words = articleUrl ? reading : `Go to ${source.title}`;
  return (
    <p class="source-link">
      <a class="button strong" href={url} rel="noopener">
        <bdi>{words}</bdi>
        <svg viewBox="0 0 16 16" width="16" height="16" aria-hidden="true" focusable="false">
          <path d="M4 12 12 4M5.5 4H12v6.5" fill="none" stroke="currentColor" stroke-width="1.75" />
        </svg>
      </a>
    </p>
  );
}

function toList(names: string[]): string {
  if (names.length > 4) return `${names.slice(0, 3).join(', ')} and others`;
  return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
}
