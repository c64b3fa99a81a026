import type { Context } from 'hono';
import { editSource, listSources, setSourceState, storeSources } from '../../../db/sources.ts';
import { AppError } from '../../errors.ts';
import { parseUrl } from '../../model/parse-url.ts';
import { contentPolicies, longestFeedUrl } from '../../model/source.ts';
import { parseStoryId } from '../addresses.ts';
import type { Visitor } from '../auth/route.ts';
import type { AppDeps } from '../deps.ts';
import { respondPage } from '../respond.ts';
import type { Site } from '../site.ts';
import { readForm } from './read-form.ts';
import { seeOther } from './respond-desk.ts';
import { SourcesPage, type SourcesPageProps } from './sources-page.tsx';

type Handler = (c: Context, visitor: Visitor) => Promise<Response>;

/** `/desk/sources` */
export function showSources(deps: AppDeps, site: Site): Handler {
  return async (c, visitor) => await respond(c, deps, { site, visitor, address: '' });
}

/** Adds a source by the address of its feed; what is wrong with it is said beside the field. */
export function submitNewSource(deps: AppDeps, site: Site): Handler {
  return async (c, visitor) => {
    const { address } = await readForm(c, ['address']);
    const feedUrl = toFeedUrl(address);
    if (feedUrl === undefined) {
      const slip = 'This is no address of a feed. It begins with https:// or http://.';
      return await respond(c, deps, { site, visitor, address, slip }, 400);
    }
    const [stored] = await storeSources(deps.db, [{ feedUrl }], deps.now());
    const said = stored?.isNew
      ? `${feedUrl} is added, and is read within a minute.`
      : `${feedUrl} was there already, and stays as it is.`;
    return await respond(c, deps, { site, visitor, address: '', said });
  };
}

/** Pauses, resumes or changes a source. Throws AppError `source-not-found`, `bad-argument`. */
export function submitSource(deps: AppDeps, site: Site): Handler {
  return async (c) => {
    const id = parseStoryId(c.req.param('id') ?? '') ?? '0';
    const [source] = await listSources(deps.db, id);
    if (!source) throw new AppError('source-not-found', 'This source is gone.');
    const { act, weight, policy } = await readForm(c, ['act', 'weight', 'policy']);
    if (act === 'pause') await setSourceState(deps.db, id, 'paused', deps.now());
    else if (act === 'resume') await setSourceState(deps.db, id, 'active', deps.now());
    else if (act === 'change') await editSource(deps.db, id, toChange(weight, policy));
    else throw new AppError('bad-argument', `“${act.slice(0, 40)}” is nothing that can be done to a source.`);
    deps.publishSoon();
    return seeOther(`${site.base}/desk/sources#source-${id}`);
  };
}

function toChange(weightText: string, policyText: string) {
  const weight = Number(weightText);
  const policy = contentPolicies.find((known) => known === policyText);
  if (!Number.isInteger(weight) || weight < 1 || weight > 10 || !policy) {
    throw new AppError(
      'bad-argument',
      'A source has a weight from 1 to 10 and a policy: title, summary or full.',
    );
  }
  return { weight, policy };
}

function toFeedUrl(address: string): string | undefined {
  const url = parseUrl(/^[a-z][a-z0-9+.-]*:\/\//i.test(address) ? address : `https://${address}`);
  if (!url || !/^https?:$/.test(url.protocol) || !url.hostname) return undefined;
  url.hash = '';
  return url.href.length <= longestFeedUrl ? url.href : undefined;
}

async function respond(
  c: Context,
  deps: AppDeps,
  props: Omit<SourcesPageProps, 'now' | 'sources'>,
  status = 200,
): Promise<Response> {
  const sources = await listSources(deps.db);
  const page = <SourcesPage {...props} now={deps.now()} sources={sources} />;
  return await respondPage(c.req.raw.headers, page, { status, cacheControl: 'no-store', connects: true });
}
