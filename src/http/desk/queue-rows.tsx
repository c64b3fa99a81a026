import type { QueueRow } from '../../../db/queue.ts';
import type { MatchReason, PlacementState } from '../../model/placement.ts';
import { findSafeUrl } from '../addresses.ts';
import { Time } from '../pages/story-parts.tsx';
import { toCount, toDirection, toFullTime, toLanguageAttributes } from '../pages/words.ts';
import type { Site } from '../site.ts';
import { type QueueView, stateWords, toPreviewUrl, toQueueUrl } from './queue-state.ts';

export interface RowsProps {
  site: Site;
  now: Date;
  slug: string;
  view: QueueView;
  rows: QueueRow[];
  next?: string;
}

/** Rows of a queue and, when there are more, the way to them. */
export function QueueRows({ site, now, slug, view, rows, next }: RowsProps) {
  const more = next && toQueueUrl(site.base, slug, { ...view, after: next });
  return (
    <>
      {rows.map((row) => (
        <Row site={site} now={now} slug={slug} row={row} />
      ))}
      {more && (
        <li
          class="more"
          hx-get={`${more}&part=rows`}
          hx-trigger="intersect once, more once"
          hx-swap="outerHTML"
        >
          <a href={more}>More stories</a>
        </li>
      )}
    </>
  );
}

/** One story of a queue: a link for those without script, an option of the list for the others. */
export function Row({ site, now, slug, row }: Pick<RowsProps, 'site' | 'now' | 'slug'> & { row: QueueRow }) {
  const { placement, story } = row;
  return (
    <li class="row-item">
      <a
        class="row"
        id={`row-${story.id}`}
        href={toPreviewUrl(site.base, slug, story.id)}
        data-story={story.id}
        data-version={String(placement.version)}
        data-state={placement.state}
        data-pinned={placement.pinnedAt ? 'yes' : undefined}
        data-pinned-until={placement.pinnedUntil?.toISOString()}
        data-publish-at={placement.publishAt?.toISOString()}
        data-expire-at={placement.expireAt?.toISOString()}
        data-url={findSafeUrl(row.articleUrl)}
      >
        <StateSign state={placement.state} />
        <span class="row-headline" {...toLanguageAttributes(row.language)} dir={toDirection(row.language)}>
          {row.headline}
        </span>
        <span class="row-meta">
          <b>
            <bdi>{row.lead.source}</bdi>
          </b>{' '}
          <Time at={placement.datedAt} now={now} />{' '}
          {row.sourceCount > 1 && (
            <span class="row-sources">{toCount(row.sourceCount, 'source', 'sources')}</span>
          )}{' '}
          <Marks row={row} /> <Why reasons={placement.reasons} />
        </span>
        <span class="row-note" hidden />
      </a>
    </li>
  );
}

const signs: Record<PlacementState, string> = {
  candidate: 'M6 2.2a3.8 3.8 0 100 7.6 3.8 3.8 0 000-7.6z',
  published: 'M2 6.4l2.8 2.9L10 3',
  held: 'M4 2.2v7.6M8 2.2v7.6',
  spiked: 'M2.6 2.6l6.8 6.8M9.4 2.6L2.6 9.4',
};

/** The state as a sign of its own shape, with the word for those who don't see it. */
export function StateSign({ state }: { state: PlacementState }) {
  return (
    <span class="sign" data-state={state} title={stateWords[state]}>
      <svg viewBox="0 0 12 12" width="12" height="12" aria-hidden="true">
        <path d={signs[state]} fill="none" stroke="currentcolor" stroke-width="2" />
      </svg>
      <span class="unseen">{stateWords[state]}: </span>
    </span>
  );
}

/** What editors have done with a story, in a word each. */
function Marks({ row: { placement, isChangedSinceEdit } }: { row: QueueRow }) {
  const { headline, standfirst, leadEntryId, pinnedAt, pinnedUntil, publishAt, expireAt } = placement;
  return (
    <>
      {pinnedAt && (
        <span class="mark mark-pin">
          {pinnedUntil ? (
            <>
              Pinned until <Ahead at={pinnedUntil} />
            </>
          ) : (
            'Pinned'
          )}
        </span>
      )}
      {isChangedSinceEdit && <span class="mark mark-changed">Source changed its text</span>}
      {(headline !== undefined || standfirst !== undefined) && <span class="mark">Edited</span>}
      {leadEntryId && <span class="mark">Lead chosen</span>}
      {publishAt && (
        <span class="mark mark-time">
          Publishes <Ahead at={publishAt} />
        </span>
      )}
      {expireAt && (
        <span class="mark mark-time">
          Expires <Ahead at={expireAt} />
        </span>
      )}
    </>
  );
}

/** A moment to come; the script says it in the reader's own time. */
export function Ahead({ at }: { at: Date }) {
  return (
    <time class="ahead" datetime={at.toISOString()} title={toFullTime(at)}>
      {`${at.toISOString().slice(5, 10)} ${at.toISOString().slice(11, 16)} UTC`}
    </time>
  );
}

/** The clause of the rule that hit first. */
function Why({ reasons }: { reasons: MatchReason[] }) {
  const [first, ...others] = listTelling(reasons);
  if (!first || first.clause === '*') return null;
  return (
    <span class="why" title={`Matched by ${toReasonWords(reasons)}`}>
      {first.clause}
      {others.length > 0 && ` +${others.length}`}
    </span>
  );
}

/** Why a story is in the topic: `“title:election” in its title`. */
export function toReasonWords(reasons: MatchReason[]): string {
  if (reasons.length === 0) return 'an editor, by hand';
  return listTelling(reasons)
    .map(({ clause, field }) => (clause === '*' ? 'everything (*)' : `“${clause}” in its ${field}`))
    .join(', ');
}

/** That everything matches says nothing beside a word that did. */
function listTelling(reasons: MatchReason[]): MatchReason[] {
  const words = reasons.filter(({ clause }) => clause !== '*');
  return words.length > 0 ? words : reasons;
}
