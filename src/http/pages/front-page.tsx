import type { PublishedStory } from '../../model/placement.ts';
import type { Topic } from '../../model/topic.ts';
import { toTopicUrl } from '../addresses.ts';
import type { Site } from '../site.ts';
import { EmptyNote, type SourceCounts } from './empty-note.tsx';
import { Page } from './page.tsx';
import { Teaser } from './story-parts.tsx';
import { toLanguageAttributes } from './words.ts';

/** Stories of a topic on the front page: the lead and three more. */
export const storiesPerTopic = 4;

export interface FrontPageProps {
  site: Site;
  now: Date;
  sections: { topic: Topic; stories: PublishedStory[] }[];
  counts: SourceCounts;
}

/** `/`: every topic with its lead and three more headlines, in the topics' order. */
export function FrontPage({ site, now, sections, counts }: FrontPageProps) {
  const topics = sections.map(({ topic }) => topic);
  const description = `The latest from ${topics.map(({ name }) => name).join(', ') || site.name}.`;
  return (
    <Page
      site={site}
      now={now}
      title={site.name}
      description={description}
      canonicalUrl={`${site.url}/`}
      graph={{ type: 'website', title: site.name, description, url: `${site.url}/` }}
      topics={topics}
      alternates={topics}
      isFront
    >
      {sections.length === 0 && <EmptyNote counts={counts} />}
      {sections.map(({ topic, stories }, index) => (
        <section
          class="section"
          aria-labelledby={`topic-${topic.id}`}
          dir={toLanguageAttributes(topic.language).dir}
        >
          <div class="section-head">
            <h2 id={`topic-${topic.id}`} lang={toLanguageAttributes(topic.language).lang}>
              <a href={toTopicUrl(site.base, topic.slug)}>{topic.name}</a>
            </h2>
          </div>
          {stories.length === 0 ? (
            <EmptyNote counts={counts} topic={topic} level={3} />
          ) : (
            <SectionStories site={site} now={now} stories={stories} isFirst={index === 0} />
          )}
        </section>
      ))}
    </Page>
  );
}

interface SectionStoriesProps {
  site: Site;
  now: Date;
  stories: PublishedStory[];
  isFirst: boolean;
}

function SectionStories({ site, now, stories, isFirst }: SectionStoriesProps) {
  const [lead, ...more] = stories;
  return (
    <div class="section-stories">
      {lead && <Teaser site={site} now={now} story={lead} level={3} size="lead" isFirst={isFirst} />}
      {more.length > 0 && (
        <div class="briefs">
          {more.map((story) => (
            <Teaser site={site} now={now} story={story} level={3} size="brief" />
          ))}
        </div>
      )}
    </div>
  );
}
