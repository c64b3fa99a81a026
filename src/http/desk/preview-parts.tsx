import { findSafeUrl } from '../addresses.ts';
import { Time } from '../pages/story-parts.tsx';
import { toCount, toDirection, toLanguageAttributes } from '../pages/words.ts';
import { toDecisionWords } from './decision-words.ts';
import type { PreviewData } from './preview-data.ts';
import { StateSign } from './queue-rows.tsx';
import { stateWords, toPreviewUrl } from './queue-state.ts';

/** Every report of a story, and which of them leads. */
export function Telling({ now, row, story }: PreviewData) {
  const entries = [story.lead, ...story.others];
  return (
    <section class="telling">
      <h3>Told by {toCount(row.sourceCount, 'source', 'sources')}</h3>
      <ol>
        {entries.map(({ entry, source }) => (
          <li data-entry={entry.id} data-is-lead={entry.id === row.lead.entryId ? 'yes' : undefined}>
            <p
              class="entry-title"
              {...toLanguageAttributes(entry.language)}
              dir={toDirection(entry.language)}
            >
              {findSafeUrl(entry.url) ? (
                <a href={findSafeUrl(entry.url)} target="_blank" rel="noopener noreferrer">
                  {entry.title}
                </a>
              ) : (
                entry.title
              )}
            </p>
            <p class="meta">
              <span class="source">
                <bdi>{source.title}</bdi>
              </span>{' '}
              <Time at={entry.datedAt} now={now} />
              {entry.id === row.lead.entryId && <span class="mark">Leads</span>}
            </p>
          </li>
        ))}
      </ol>
    </section>
  );
}

/** The other topics that it stands in, and how; nothing when there is none. */
export function Elsewhere({ site, topic, row, placements }: PreviewData) {
  const others = placements.filter(({ slug }) => slug !== topic.slug);
  if (others.length === 0) return null;
  return (
    <section class="elsewhere">
      <h3>In other topics</h3>
      <ul>
        {others.map(({ slug, name, state }) => (
          <li>
            <StateSign state={state} /> <a href={toPreviewUrl(site.base, slug, row.story.id)}>{name}</a>{' '}
            <span class="state-name" aria-hidden="true">
              {stateWords[state].toLowerCase()}
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** Stories of the same affair. */
export function RelatedList({ site, now, topic, related }: PreviewData) {
  if (related.length === 0) return null;
  return (
    <section class="related-list">
      <h3>Related</h3>
      <ul>
        {related.map(({ story, lead }) => (
          <li>
            <p class="entry-title" {...toLanguageAttributes(lead.entry.language)}>
              <a href={toPreviewUrl(site.base, topic.slug, story.id)} data-related={story.id}>
                {lead.entry.title}
              </a>
            </p>
            <p class="meta">
              <span class="source">
                <bdi>{lead.source.title}</bdi>
              </span>{' '}
              <Time at={lead.entry.datedAt} now={now} />
            </p>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** The last decisions on a story. */
export function Decided({ site, now, topic, row, decisions }: PreviewData) {
  const href = `${site.base}/desk/history?topic=${encodeURIComponent(topic.slug)}&story=${row.story.id}`;
  return (
    <section class="decided">
      <h3>Decided</h3>
      {decisions.length === 0 ? (
        <p class="quiet">Nobody has decided anything on this story yet: it is as the rule placed it.</p>
      ) : (
        <>
          <ul>
            {decisions.map((decision) => (
              <li>
                {toDecisionWords(decision)}, <Time at={decision.madeAt} now={now} />
                {decision.reason && <q>{decision.reason}</q>}
              </li>
            ))}
          </ul>
          <p>
            <a href={href}>All that was decided on it</a>
          </p>
        </>
      )}
    </section>
  );
}
