import { type Context, Hono } from 'hono';
import { pingDatabase } from '../../db/connect.ts';
import { listTopics } from '../../db/topics.ts';
import { publicationFormats } from '../model/outgoing.ts';
import type { Topic } from '../model/topic.ts';
import { isDeskPath } from './addresses.ts';
import { serveStory } from './api.ts';
import { serveArchive } from './archives.ts';
import { guard } from './auth/guard.ts';
import { listAuthRoutes } from './auth/routes.tsx';
import type { AppDeps } from './deps.ts';
import { listDeskAssets } from './desk/assets.ts';
import { listDeskRoutes } from './desk/routes.tsx';
import { answerEncoded } from './encoded.ts';
import { serveDocument, serveSourceList, serveTopicList } from './feeds.ts';
import { takeAtHub } from './hub.ts';
import { respondProblem, toProblem } from './problem.tsx';
import { createQueryHandlers, documentName } from './query-feeds.ts';
import { showFront, showStory, showTopic } from './readers.tsx';
import { redirectTo, respondJson } from './respond.ts';
import { listAssets, toSite } from './site.ts';

/**
 * The whole web server as a function from Request to Response; every address is on this page, those of the
 * desk in the lists that it names, each with who may use it.
 * HEAD is answered wherever GET is. There is no middleware on purpose: a route with one handler is answered
 * without a chain of promises, and documents are polled all day.
 */
export function createApp(deps: AppDeps): Hono {
  const app = new Hono();
  const site = toSite(deps);
  const queries = createQueryHandlers(deps);

  app.get('/', showFront(deps, site));
  app.get(`/topics/:document{${documentName}}`, serveDocument(deps, queries));
  app.get(`/topics/:slug/archive/:document{${documentName}}`, serveArchive(deps));
  app.get('/topics/:slug', showTopic(deps, site));
  app.get('/topics.opml', serveTopicList(deps));
  app.get('/sources.opml', serveSourceList(deps));
  for (const format of publicationFormats) app.get(`/all.${format}`, queries.all);
  app.get(`/sources/:document{${documentName}}`, queries.source);
  app.get(`/languages/:document{${documentName}}`, queries.language);
  app.get(`/searches/:document{${documentName}}`, queries.search);
  app.post('/hub', takeAtHub(deps));
  app.get('/stories/:address', showStory(deps, site));
  app.get('/api/stories/:id', serveStory(deps, site));
  app.get('/healthz', checkHealth(deps));
  for (const route of [...listAuthRoutes(deps, site), ...listDeskRoutes(deps, site)]) {
    app.on(route.method, route.path, guard(deps, route));
  }
  for (const [path, asset] of [...listAssets(), ...listDeskAssets()]) {
    app.get(path, (c) => answerEncoded(c.req.raw.headers, asset));
  }

  app.notFound((c) => answerUnrouted(c, app, deps));
  app.onError(async (error, c) => {
    const problem = toProblem(error, deps, c.req.path);
    return await respondProblem(c, deps, problem, problem.status === 404 ? await listTopicsIfAny(deps) : []);
  });
  return app;
}

/** `/healthz`: whether this process answers and its database does. */
function checkHealth(deps: AppDeps): (c: Context) => Promise<Response> {
  return async () => {
    const answers = await pingDatabase(deps.db);
    const body = {
      status: answers ? 'ok' : 'unavailable',
      database: answers ? 'ok' : 'unavailable',
      version: deps.version,
    };
    return respondJson(body, answers ? 200 : 503, 'application/json', answers ? {} : { 'Retry-After': '10' });
  };
}

/** What no route took: another method, a slash too many at the end, or an address that isn't ours. */
async function answerUnrouted(c: Context, app: Hono, deps: AppDeps): Promise<Response> {
  const { path, method } = c.req;
  const isRead = method === 'GET' || method === 'HEAD';
  const allowed = listMethods(app, path);
  if (allowed.length > 0) return await answerOtherMethod(c, deps, allowed);
  const trimmed = withoutClosingSlashes(path);
  if (isRead && trimmed !== path && listMethods(app, trimmed).includes('GET')) {
    const { pathname, search } = new URL(c.req.url);
    return redirectTo(`${toSite(deps).base}${withoutClosingSlashes(pathname)}${search}`);
  }
  const problem = {
    status: 404,
    code: 'page-not-found',
    title: 'There is no such page',
    detail: 'The address may be mistyped, or the page may have gone.',
  };
  return await respondProblem(c, deps, problem, await listTopicsIfAny(deps));
}

/** A loop, since a regular expression takes quadratic time for slashes that don't close the path. */
function withoutClosingSlashes(path: string): string {
  let end = path.length;
  while (end > 0 && path.charAt(end - 1) === '/') end--;
  return path.slice(0, end);
}

async function answerOtherMethod(c: Context, deps: AppDeps, allowed: string[]): Promise<Response> {
  const methods = [...allowed, 'OPTIONS'].join(', ');
  if (c.req.method === 'OPTIONS') {
    return new Response(null, { status: 204, headers: { Allow: methods, ...toCors(c.req.path, methods) } });
  }
  return await respondProblem(c, deps, {
    status: 405,
    code: 'method-not-allowed',
    title: 'That cannot be done here',
    detail: `This address takes ${allowed.join(' and ')}; ${c.req.method} is not for it.`,
    headers: { Allow: methods },
  });
}

/** What is for readers may be read by any page; what is for editors by none but ours. */
function toCors(path: string, methods: string): Record<string, string> {
  if (isDeskPath(path)) return {};
  return {
    'Access-Control-Allow-Origin': '*',
    'Access-Control-Allow-Methods': methods,
    'Access-Control-Allow-Headers': 'A-IM, If-None-Match, If-Modified-Since',
    'Access-Control-Max-Age': '86400',
  };
}

/** The methods of the routes that an address has; empty: it has none. */
function listMethods(app: Hono, path: string): string[] {
  const has = (method: string) => path !== '' && app.router.match(method, path)[0].length > 0;
  return [...(has('GET') ? ['GET', 'HEAD'] : []), ...(has('POST') ? ['POST'] : [])];
}

/** The ways on that a page of a problem offers; none rather than a second problem. */
async function listTopicsIfAny(deps: AppDeps): Promise<Topic[]> {
  try {
    return await listTopics(deps.db);
  } catch {
    return [];
  }
}
