import type { ListedSource } from '../../../db/sources.ts';
import { hasRole } from '../../model/editor.ts';
import { contentPolicies } from '../../model/source.ts';
import { findSafeUrl } from '../addresses.ts';
import type { Visitor } from '../auth/route.ts';
import { Time } from '../pages/story-parts.tsx';
import { toCount } from '../pages/words.ts';
import type { Site } from '../site.ts';
import { DeskPage } from './desk-page.tsx';
import { Ahead } from './queue-rows.tsx';

export interface SourcesPageProps {
  site: Site;
  now: Date;
  visitor: Visitor;
  sources: ListedSource[];
  /** As it was typed. */
  address: string;
  slip?: string;
  said?: string;
}

/** `/desk/sources`: what is read, how it goes, and for chiefs what to do about it. */
export function SourcesPage(props: SourcesPageProps) {
  const { site, visitor, sources, said } = props;
  const isChief = hasRole(visitor.editor, 'chief');
  return (
    <DeskPage site={site} visitor={visitor} title="Sources" place="sources">
      <main id="main" class="desk-main" tabindex={-1}>
        <h1>{toCount(sources.length, 'source', 'sources')}</h1>
        {said && (
          <p class="forecast" role="status">
            {said}
          </p>
        )}
        {isChief && <AddForm {...props} />}
        {sources.length === 0 ? (
          <p>
            No sources are set up, so that nothing comes in.{' '}
            {isChief ? 'Add the address of a feed above.' : 'A chief adds them.'}
          </p>
        ) : (
          <SourceTable {...props} isChief={isChief} />
        )}
      </main>
    </DeskPage>
  );
}

function AddForm({ site, visitor, address, slip }: SourcesPageProps) {
  return (
    <form method="post" action={`${site.base}/desk/sources`} class="table-tools" novalidate>
      <input type="hidden" name="csrf" value={visitor.csrf} />
      <p>
        <label for="address">Address of a feed</label>{' '}
        <input
          id="address"
          name="address"
          type="url"
          size={40}
          value={address}
          {...(slip ? { 'aria-invalid': 'true', 'aria-describedby': 'address-slip' } : {})}
        />{' '}
        <button type="submit">Add</button>
      </p>
      {slip && (
        <p class="field-error" id="address-slip">
          {slip}
        </p>
      )}
    </form>
  );
}

function SourceTable({ site, now, visitor, sources, isChief }: SourcesPageProps & { isChief: boolean }) {
  return (
    <>
      <div class="table-tools">
        <p hidden>
          <label for="filter">Filter</label>{' '}
          <input id="filter" type="search" data-filters="sources" autocomplete="off" />{' '}
          <span id="sources-shown" role="status" />
        </p>
      </div>
      <section class="table-scroll" aria-label="Sources" tabindex={0}>
        <table class="desk-table" id="sources" data-sorted>
          <thead>
            <tr>
              <th scope="col">Source</th>
              <th scope="col">State</th>
              <th scope="col">Last check</th>
              <th scope="col">Next</th>
              <th scope="col">Failures</th>
              <th scope="col">Entries</th>
              {isChief && <th scope="col">Weight and policy</th>}
              {isChief && <th scope="col">Reading</th>}
            </tr>
          </thead>
          <tbody>
            {sources.map((source) => (
              <SourceRow site={site} now={now} csrf={visitor.csrf} source={source} isChief={isChief} />
            ))}
          </tbody>
        </table>
      </section>
    </>
  );
}

interface SourceRowProps {
  site: Site;
  now: Date;
  csrf?: string;
  source: ListedSource;
  isChief: boolean;
}

function SourceRow({ site, now, csrf, source, isChief }: SourceRowProps) {
  const { id, title, feedUrl, state, failures, lastError, lastCheckedAt, nextCheckAt, entryCount } = source;
  const url = findSafeUrl(source.siteUrl) ?? feedUrl;
  const isFailing = state === 'active' && failures > 0;
  return (
    <tr id={`source-${id}`}>
      <td class="headline-cell">
        <a href={url} rel="noopener noreferrer" title={feedUrl}>
          <bdi>{title}</bdi>
        </a>
      </td>
      <td>{isFailing ? `failing: ${lastError?.message ?? 'no answer'}` : state}</td>
      <td data-key={lastCheckedAt?.toISOString() ?? ''}>
        {lastCheckedAt ? <Time at={lastCheckedAt} now={now} /> : 'not yet'}
      </td>
      <td data-key={nextCheckAt.toISOString()}>
        {state === 'active' ? <Ahead at={nextCheckAt} /> : 'not read'}
      </td>
      <td class="number">{failures}</td>
      <td class="number">{entryCount.toLocaleString('en-GB')}</td>
      {isChief && (
        <td>
          <ChangeForm site={site} csrf={csrf} source={source} />
        </td>
      )}
      {isChief && (
        <td>
          <form method="post" action={`${site.base}/desk/sources/${id}`}>
            <input type="hidden" name="csrf" value={csrf} />
            <button type="submit" name="act" value={state === 'active' ? 'pause' : 'resume'}>
              {state === 'active' ? 'Pause' : 'Resume'} <span class="unseen">{title}</span>
            </button>
          </form>
        </td>
      )}
    </tr>
  );
}

function ChangeForm({ site, csrf, source }: Pick<SourceRowProps, 'site' | 'csrf' | 'source'>) {
  return (
    <form method="post" action={`${site.base}/desk/sources/${source.id}`}>
      <input type="hidden" name="csrf" value={csrf} />
      <select name="weight" aria-label={`Weight of ${source.title}`}>
        {Array.from({ length: 10 }, (_, index) => index + 1).map((weight) => (
          <option value={String(weight)} selected={weight === source.weight}>
            {weight}
          </option>
        ))}
      </select>
      <select name="policy" aria-label={`What may be republished of ${source.title}`}>
        {contentPolicies.map((policy) => (
          <option value={policy} selected={policy === source.policy}>
            {policy}
          </option>
        ))}
      </select>
      <button type="submit" name="act" value="change">
        Set <span class="unseen">{source.title}</span>
      </button>
    </form>
  );
}
