import type { QueueRow } from '../../../db/queue.ts';
import { hasRole } from '../../model/editor.ts';
import type { Topic } from '../../model/topic.ts';
import type { Visitor } from '../auth/route.ts';
import { toLanguageAttributes } from '../pages/words.ts';
import type { Site } from '../site.ts';
import { DeskPage } from './desk-page.tsx';
import { Dialogs } from './dialogs.tsx';
import { Preview } from './preview.tsx';
import type { PreviewData } from './preview-data.ts';
import { QueueNote, type StateCounts } from './queue-note.tsx';
import { QueueRows } from './queue-rows.tsx';
import {
  listWords,
  placementStates,
  type QueueView,
  type Show,
  toFirstShow,
  toQueueUrl,
} from './queue-state.ts';

export interface QueuePageProps {
  site: Site;
  now: Date;
  visitor: Visitor;
  topics: Topic[];
  counts: Map<string, StateCounts>;
  topic: Topic;
  view: QueueView;
  rows: QueueRow[];
  next?: string;
  /** Of the first row. */
  preview?: PreviewData;
}

export const noCounts: StateCounts = { candidate: 0, published: 0, held: 0, spiked: 0 };

/** `/desk/topics/:slug`: topics, queue and preview side by side, worked by keys. */
export function QueuePage(props: QueuePageProps) {
  const { site, now, visitor, topic, view, rows, next, counts, preview } = props;
  const own = counts.get(topic.id) ?? noCounts;
  return (
    <DeskPage site={site} visitor={visitor} title={topic.name} place="queue" isWhole>
      <main
        id="main"
        class="queue-desk"
        tabindex={-1}
        data-topic={topic.slug}
        data-topic-id={topic.id}
        data-topic-name={topic.name}
        data-show={view.show}
        data-order={view.order}
        data-search={view.search}
        data-may-decide={hasRole(visitor.editor, 'editor') ? 'yes' : undefined}
      >
        <TopicsPane {...props} />
        <section class="queue-pane" aria-label={`Queue of ${topic.name}`}>
          <QueueHead {...props} own={own} />
          <p class="arrivals" id="arrivals" hidden>
            <button type="button" data-command="arrivals">
              <span id="arrivals-count" /> <kbd>n</kbd>
            </button>
          </p>
          <div class="rows-pane" id="rows-pane">
            <ul class="rows" id="rows" aria-label={`${listWords[view.show]}, ${topic.name}`}>
              <QueueRows site={site} now={now} slug={topic.slug} view={view} rows={rows} next={next} />
            </ul>
            <QueueNote site={site} topic={topic} view={view} counts={own} />
          </div>
        </section>
        <section class="preview-pane" id="preview-pane" aria-label="Preview" tabindex={0}>
          <div id="preview">{preview && <Preview {...preview} />}</div>
        </section>
      </main>
      <QueueFoot />
      <Dialogs site={site} visitor={visitor} topics={props.topics} topic={topic} />
    </DeskPage>
  );
}

function TopicsPane({ site, topics, topic, counts, visitor }: QueuePageProps) {
  return (
    <nav class="topics-pane" aria-label="Topics">
      <ol>
        {topics.map((one, index) => {
          const show = toFirstShow(one);
          const number = counts.get(one.id)?.candidate ?? 0;
          return (
            <li>
              <a
                href={toQueueUrl(site.base, one.slug)}
                data-slug={one.slug}
                aria-current={one.id === topic.id ? 'page' : undefined}
              >
                <span class="topic-name" lang={toLanguageAttributes(one.language).lang}>
                  {one.name}
                </span>
                <span class="topic-count" data-count={one.id}>
                  {show === 'candidate' || number > 0 ? number.toLocaleString('en-GB') : ''}
                </span>
                {index < 9 && (
                  <span class="key" aria-hidden="true">
                    g {index + 1}
                  </span>
                )}
              </a>
            </li>
          );
        })}
      </ol>
      {hasRole(visitor.editor, 'chief') && (
        <p class="topics-more">
          <a href={`${site.base}/desk/topics/${encodeURIComponent(topic.slug)}/settings`}>
            Settings of {topic.name}
          </a>
        </p>
      )}
    </nav>
  );
}

function QueueHead({ site, topic, view, own }: QueuePageProps & { own: StateCounts }) {
  const shows: Show[] = [...placementStates, 'all'];
  const other = view.order === 'newest' ? 'strongest' : 'newest';
  return (
    <div class="queue-head">
      <h1 lang={toLanguageAttributes(topic.language).lang}>{topic.name}</h1>
      <p class="order">
        <a
          href={toQueueUrl(site.base, topic.slug, { ...view, after: undefined, order: other })}
          title={`Show the ${other} first`}
        >
          {view.order === 'newest' ? 'Newest first' : 'Strongest first'}
        </a>
      </p>
      <search class="queue-search">
        <form action={toQueueUrl(site.base, topic.slug)} method="get">
          <label class="unseen" for="search">
            Search {topic.name}
          </label>
          <input
            id="search"
            type="search"
            name="q"
            value={view.search}
            placeholder="Search"
            autocomplete="off"
          />
          <span class="key" aria-hidden="true">
            /
          </span>
        </form>
      </search>
      <nav class="lists" aria-label="Lists">
        <ul>
          {shows.map((show) => (
            <li>
              <a
                href={toQueueUrl(site.base, topic.slug, { ...view, after: undefined, show })}
                data-list={show}
                aria-current={show === view.show ? 'page' : undefined}
              >
                {listWords[show]}
                {show !== 'all' && (
                  <span class="list-count" data-list-count={show}>
                    {own[show].toLocaleString('en-GB')}
                  </span>
                )}
              </a>
            </li>
          ))}
        </ul>
      </nav>
    </div>
  );
}

/** What was done last, and the keys that work now. */
function QueueFoot() {
  return (
    <footer class="queue-foot">
      <div class="last-act" id="last-act" hidden>
        <p id="last-act-words" />
        <button type="button" id="last-act-undo" data-command="undo">
          Undo <kbd>u</kbd>
        </button>
      </div>
      <p class="next-reason" id="next-reason" hidden />
      <div class="keys" id="keys" />
      <button type="button" class="help-button" data-command="help">
        All keys <kbd>?</kbd>
      </button>
      <p class="unseen" id="said" role="status" aria-live="polite" />
      <p class="unseen" id="said-now" role="alert" aria-live="assertive" />
    </footer>
  );
}
