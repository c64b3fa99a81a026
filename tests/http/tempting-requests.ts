import { randomUUID } from 'node:crypto';
import { password } from '../support/make-editor.ts';
import { now } from './seed.ts';

/** What the routes take, and what might tempt one that only shows something to do something; without a question mark. */
export function listTemptingQueries(ids: Record<string, string>): string[] {
  const { lead, rtl, full, decisionId, editorId, sourceId, csrf, token, issuer } = ids;
  const sign = { login: 'ana', password, csrf };
  return [
    {},
    ...['rows', 'preview', 'nothing'].map((part) => ({ part })),
    ...['candidate', 'published', 'held', 'spiked', 'all'].map((show) => ({ show, order: 'strongest' })),
    { q: 'ferry', order: 'newest' },
    { story: lead },
    { story: lead, q: 'boats' },
    { topic: 'world-news', story: rtl, editor: editorId, before: '999999' },
    { topic: 'world-news' },
    { before: now.toISOString() },
    { saved: '', done: 'close' },
    { next: '/desk/sign-out' },
    { ...sign, next: '/desk' },
    { act: 'publish', story: full, topic: 'world-news', csrf },
    { act: 'undo', decisionId, storyId: rtl, topic: 'world-news', requestId: randomUUID(), csrf },
    { act: 'pause', source: sourceId, csrf },
    { act: 'change', weight: '9', policy: 'title', csrf },
    { role: 'reader', name: 'Mallory', days: '30', scope: 'decide', csrf },
    {
      name: 'Fresh',
      rule: '*',
      mode: 'automatic',
      description: '',
      address: 'https://new.example.org/feed.xml',
      csrf,
    },
    { _method: 'POST', method: 'POST', csrf },
    { _method: 'DELETE', confirm: 'yes', delete: '1', close: editorId, end: 'all', csrf },
    { code: 'forged', state: 'forged', iss: issuer },
    { token, ...sign, login: 'mallory', name: 'Mallory' },
  ].map((fields) => new URLSearchParams(fields as Record<string, string>).toString());
}

/** All addresses of a route that lead to what is there. Throws for a name that nothing is known for. */
export function toPaths(path: string, known: Record<string, string[]>): string[] {
  const [whole, name = ''] = /:([a-zA-Z]+)(?:\{.*?\})?(?=\/|$)/.exec(path) ?? [];
  if (whole === undefined) return [path];
  const values = known[name];
  if (!values) throw new Error(`${path}: say in the test what may stand for :${name}.`);
  return values.flatMap((value) =>
    toPaths(
      path.replace(whole, () => encodeURIComponent(value)),
      known,
    ),
  );
}
