import type { ActName, Decision } from '../../model/decision.ts';
import type { Editor } from '../../model/editor.ts';
import type { PlacementState } from '../../model/placement.ts';
import type { Topic } from '../../model/topic.ts';
import type { Visitor } from '../auth/route.ts';
import { Time } from '../pages/story-parts.tsx';
import type { Site } from '../site.ts';
import { actWords } from './decision-words.ts';
import { DeskPage } from './desk-page.tsx';
import { toPreviewUrl } from './queue-state.ts';

export interface HistoryFilter {
  /** Slug. */
  topic?: string;
  story?: string;
  editor?: string;
  before?: string;
}

export interface HistoryPageProps {
  site: Site;
  now: Date;
  visitor: Visitor;
  topics: Topic[];
  /** All there are, closed ones too. */
  editors: Editor[];
  filter: HistoryFilter;
  decisions: Decision[];
  /** There are more before this one. */
  before?: string;
}

/** `/desk/history`: every decision with who made it, when, and why. */
export function HistoryPage(props: HistoryPageProps) {
  const { site, visitor, filter, decisions, before } = props;
  return (
    <DeskPage site={site} visitor={visitor} title="Decisions" place="history">
      <main id="main" class="desk-main" tabindex={-1}>
        <h1>{toTitle(props)}</h1>
        <Tools {...props} />
        {decisions.length === 0 ? (
          <p>
            Nothing was decided here so far. What editors do in the queue is kept in this log for ever,
            undoing included. <a href={`${site.base}/desk`}>Go to the queue</a>
          </p>
        ) : (
          <HistoryTable {...props} />
        )}
        {before && (
          <p>
            <a class="button" href={`${site.base}/desk/history?${toSearch({ ...filter, before })}`}>
              Earlier decisions
            </a>
          </p>
        )}
      </main>
    </DeskPage>
  );
}

function toTitle({ topics, editors, filter, decisions }: HistoryPageProps): string {
  if (filter.story) return decisions[0] ? `Decisions on “${decisions[0].headline}”` : 'Decisions on a story';
  const topic = topics.find(({ slug }) => slug === filter.topic);
  const editor = editors.find(({ id }) => id === filter.editor);
  const by = editor ? ` by ${editor.name}` : '';
  return topic ? `Decisions in ${topic.name}${by}` : `Decisions${by}`;
}

function Tools({ site, visitor, topics, editors, filter }: HistoryPageProps) {
  const search = toSearch({ ...filter, before: undefined });
  return (
    <form class="table-tools" action={`${site.base}/desk/history`} method="get">
      <p>
        <label for="topic">Topic</label>{' '}
        <select id="topic" name="topic">
          <option value="">All</option>
          {topics.map(({ slug, name }) => (
            <option value={slug} selected={slug === filter.topic}>
              {name}
            </option>
          ))}
        </select>
      </p>
      <p>
        <label for="editor">By</label>{' '}
        <select id="editor" name="editor">
          <option value="">Everyone</option>
          {editors.map(({ id, name, closedAt }) => (
            <option value={id} selected={id === filter.editor}>
              {toEditorWords(name, id === visitor.editor.id, closedAt !== undefined)}
            </option>
          ))}
        </select>
      </p>
      {filter.story && <input type="hidden" name="story" value={filter.story} />}
      <button type="submit">Show</button>
      <p hidden>
        <label for="filter">Filter</label>{' '}
        <input id="filter" type="search" data-filters="decisions" autocomplete="off" />{' '}
        <span id="decisions-shown" role="status" />
      </p>
      <p class="files">
        As a file: <a href={`${site.base}/desk/history.csv?${search}`}>CSV</a>{' '}
        <a href={`${site.base}/desk/history.json?${search}`}>JSON</a>
      </p>
    </form>
  );
}

function toEditorWords(name: string, isSelf: boolean, isClosed: boolean): string {
  return `${name}${isSelf ? ' (you)' : ''}${isClosed ? ' (closed)' : ''}`;
}

function HistoryTable(props: HistoryPageProps) {
  return (
    <section class="table-scroll" aria-label="Decisions" tabindex={0}>
      <table class="desk-table decisions" id="decisions" data-sorted>
        <thead>
          <tr>
            <th scope="col">When</th>
            <th scope="col">Who</th>
            <th scope="col">What</th>
            <th scope="col">Story</th>
            <th scope="col">Topic</th>
            <th scope="col">Why</th>
          </tr>
        </thead>
        <tbody>
          {props.decisions.map((decision) => (
            <DecisionRow {...props} decision={decision} />
          ))}
        </tbody>
      </table>
    </section>
  );
}

function DecisionRow({ site, now, topics, decision }: HistoryPageProps & { decision: Decision }) {
  const { id, madeAt, editorId, editorName, topicSlug, storyId, headline, reason } = decision;
  const link = (filter: HistoryFilter) => `${site.base}/desk/history?${toSearch(filter)}`;
  const topic = topics.find(({ slug }) => slug === topicSlug);
  return (
    <tr>
      <td class="when" data-key={id}>
        <Time at={madeAt} now={now} />
      </td>
      <td class="who">{editorId ? <a href={link({ editor: editorId })}>{editorName}</a> : editorName}</td>
      <td class="what">{toWhat(decision)}</td>
      <td class="headline-cell">
        {topic ? <a href={toPreviewUrl(site.base, topicSlug, storyId)}>{headline}</a> : headline}
      </td>
      <td class="in">{topic ? <a href={link({ topic: topicSlug })}>{topic.name}</a> : topicSlug}</td>
      <td class="because">{reason}</td>
    </tr>
  );
}

const stateAfter: Partial<Record<ActName, PlacementState>> = {
  publish: 'published',
  hold: 'held',
  spike: 'spiked',
  release: 'candidate',
};

/** "published it", "spiked it (it was published)", "took a decision back: published → candidate". */
function toWhat({ act, undoes, before, after }: Decision): string {
  const words = undoes ? 'took a decision back' : actWords[act];
  if (!before || !after || before.state === after.state) return words;
  if (undoes || stateAfter[act] !== after.state) return `${words}: ${before.state} → ${after.state}`;
  return before.state === 'candidate' ? words : `${words} (it was ${before.state})`;
}

function toSearch(filter: HistoryFilter): string {
  const given = Object.entries(filter).filter((pair): pair is [string, string] => Boolean(pair[1]));
  return new URLSearchParams(given).toString();
}
