import type { RelatedStory, SourcedEntry } from '../../model/story.ts';
import { findSafeUrl, toStoryUrl } from '../addresses.ts';
import type { Site } from '../site.ts';
import { Time } from './story-parts.tsx';
import { toLanguageAttributes } from './words.ts';

/** The other entries of a story: each a headline of its publisher, linked to the article. */
export function Coverage({ now, others }: { now: Date; others: SourcedEntry[] }) {
  return (
    <section class="coverage" aria-labelledby="coverage">
      <h2 id="coverage">Further coverage</h2>
      <ul>
        {others.map(({ entry, source }) => {
          const url = findSafeUrl(entry.url);
          return (
            <li>
              <p class="coverage-headline" {...toLanguageAttributes(entry.language)}>
                {url ? (
                  <a href={url} rel="noopener">
                    {entry.title}
                  </a>
                ) : (
                  entry.title
                )}
              </p>
              <p class="meta">
                <span class="source">{source.title}</span> <Time at={entry.datedAt} now={now} />
              </p>
            </li>
          );
        })}
      </ul>
    </section>
  );
}

/** Other stories of the same affair: each a headline, linked to our own page of it. */
export function Related({ site, now, related }: { site: Site; now: Date; related: RelatedStory[] }) {
  return (
    <section class="related" aria-labelledby="related">
      <h2 id="related">Related stories</h2>
      <ul>
        {related.map(({ story, lead }) => (
          <li>
            <p class="related-headline" {...toLanguageAttributes(lead.entry.language)}>
              <a href={toStoryUrl(site.base, { story, lead })}>{lead.entry.title}</a>
            </p>
            <p class="meta">
              <span class="source">{lead.source.title}</span> <Time at={lead.entry.datedAt} now={now} />
            </p>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** Who published the lead, and where to find more of them. */
export function PublisherCard({ lead: { source } }: { lead: SourcedEntry }) {
  const siteUrl = findSafeUrl(source.siteUrl);
  const feedUrl = findSafeUrl(source.feedUrl);
  const language = toLanguageAttributes(source.language);
  return (
    <section class="publisher" aria-labelledby="publisher">
      <h2 id="publisher">The publisher</h2>
      <p class="publisher-name" {...language}>
        {source.title}
      </p>
      {source.description && source.description !== source.title && (
        <p class="publisher-description" {...language}>
          {source.description}
        </p>
      )}
      <p class="publisher-links">
        {siteUrl && (
          <a href={siteUrl} rel="noopener">
            {new URL(siteUrl).host.replace(/^www\./, '')}
          </a>
        )}
        {feedUrl && (
          <a href={feedUrl} rel="noopener">
            Its own feed
          </a>
        )}
      </p>
    </section>
  );
}
