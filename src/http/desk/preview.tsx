import { raw } from 'hono/html';
import type { QueueRow } from '../../../db/queue.ts';
import type { SourcedEntry } from '../../model/story.ts';
import { findSafeUrl } from '../addresses.ts';
import { Time, toHeadlineClass } from '../pages/story-parts.tsx';
import { toDirection, toLanguageAttributes } from '../pages/words.ts';
import { Acts } from './preview-acts.tsx';
import type { PreviewData } from './preview-data.ts';
import { Decided, Elsewhere, RelatedList, Telling } from './preview-parts.tsx';
import { Row, StateSign, toReasonWords } from './queue-rows.tsx';
import { stateWords } from './queue-state.ts';

/** A story beside the queue: what readers would see, who tells it, why it is here and what was decided. */
export function Preview(props: PreviewData) {
  const { site, now, topic, row, story, csrf } = props;
  const { placement } = row;
  const language = { ...toLanguageAttributes(row.language), dir: toDirection(row.language) };
  const shown =
    [story.lead, ...story.others].find(({ entry }) => entry.id === row.lead.entryId) ?? story.lead;
  return (
    <article class="preview" data-story={row.story.id} aria-labelledby="preview-headline">
      {csrf !== undefined && <Acts {...props} csrf={csrf} />}
      <p class="preview-state">
        <StateSign state={placement.state} />
        <span class="state-word" data-state={placement.state} aria-hidden="true">
          {stateWords[placement.state]}
        </span>
        <span>
          matched by <span class="why">{toReasonWords(placement.reasons)}</span>
        </span>
      </p>
      <h2 id="preview-headline" class={toHeadlineClass(row.headline)} {...language}>
        {row.headline}
      </h2>
      <p class="standfirst" id="preview-standfirst" {...language} hidden={!row.standfirst}>
        {row.standfirst}
      </p>
      <p class="meta">
        <span class="source">
          <bdi>{shown.source.title}</bdi>
        </span>{' '}
        <Time at={shown.entry.datedAt} now={now} />
        {shown.entry.authors.length > 0 && (
          <span>
            <bdi>{shown.entry.authors.map(({ name }) => name).join(', ')}</bdi>
          </span>
        )}
      </p>
      <SourceButton url={findSafeUrl(row.articleUrl)} source={shown.source.title} />
      <Originals row={row} entry={shown} />
      <LeadImage url={findSafeUrl(row.imageUrl)} />
      {shown.entry.contentHtml !== '' && (
        <div class="story-body" {...language}>
          {raw(shown.entry.contentHtml)}
        </div>
      )}
      <Telling {...props} />
      <Elsewhere {...props} />
      <RelatedList {...props} />
      <Decided {...props} />
      <template class="fresh-row">
        <Row site={site} now={now} slug={topic.slug} row={row} />
      </template>
    </article>
  );
}

function SourceButton({ url, source }: { url?: string; source: string }) {
  if (!url) return <p class="quiet">This entry has no address of its own.</p>;
  return (
    <p>
      <a class="button" href={url} target="_blank" rel="noopener noreferrer">
        Read at {source}{' '}
        <span class="key" aria-hidden="true">
          s
        </span>
      </a>
    </p>
  );
}

function LeadImage({ url }: { url?: string }) {
  if (!url) return null;
  return (
    <figure class="preview-image frame">
      <img src={url} alt="" decoding="async" referrerpolicy="no-referrer" />
    </figure>
  );
}

/** What the publisher wrote, where an editor has written something else. */
function Originals({ row, entry }: { row: QueueRow; entry: SourcedEntry }) {
  const { headline, standfirst, editedFrom } = row.placement;
  const isEdited = headline !== undefined || standfirst !== undefined;
  return (
    <div
      class="originals"
      hidden={!isEdited}
      data-title={entry.entry.title}
      data-summary={entry.entry.summary}
    >
      <h3>
        {row.isChangedSinceEdit
          ? 'The source has changed its text since it was edited. Now it says'
          : 'The original'}
      </h3>
      <p class="original-title">{entry.entry.title}</p>
      <p>{entry.entry.summary}</p>
      {row.isChangedSinceEdit && editedFrom && (
        <>
          <h3>When it was edited, it said</h3>
          <p class="original-title">{editedFrom.title}</p>
          <p>{editedFrom.summary}</p>
        </>
      )}
    </div>
  );
}
