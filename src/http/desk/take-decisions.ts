import type { Context } from 'hono';
import { AppError } from '../../errors.ts';
import { type DecisionOutcome, decide } from '../../newsroom/decide.ts';
import type { Visitor } from '../auth/route.ts';
import type { AppDeps } from '../deps.ts';
import { respondJson } from '../respond.ts';
import type { Site } from '../site.ts';
import { type AskedDecisions, mostDecisionBytes, parseDecisions } from './parse-decisions.ts';
import { toQueueUrl } from './queue-state.ts';
import { seeOther } from './respond-desk.ts';
import { getTopic } from './show-queue.tsx';

/**
 * `POST /desk/decisions` and `/api/desk/decisions`: decides in the order given and answers what each came to, in the same
 * order. A form, which pages send without a script, decides one thing and leads back to the queue.
 */
export function takeDecisions(
  deps: AppDeps,
  site: Site,
): (c: Context, visitor: Visitor) => Promise<Response> {
  return async (c, visitor) => {
    const isForm = (c.req.header('content-type') ?? '').startsWith('application/x-www-form-urlencoded');
    const asked = isForm ? await readForm(c) : parseDecisions(await readBody(c));
    const topic = await getTopic(deps, asked.topic);
    const outcomes: DecisionOutcome[] = [];
    for (const decision of asked.decisions) {
      const by = { id: visitor.editor.id, name: visitor.editor.name };
      outcomes.push(await decide(deps, by, { ...decision, topicId: topic.id }));
    }
    if (outcomes.some(({ kind }) => kind === 'decided')) deps.publishSoon();
    if (!isForm) return respondJson({ outcomes }, 200, 'application/json');
    const [outcome] = outcomes;
    if (outcome?.kind === 'refused') throw new AppError(outcome.code, outcome.message);
    if (outcome?.kind === 'conflict') throw new AppError('bad-argument', outcome.message);
    return seeOther(toQueueUrl(site.base, topic.slug));
  };
}

async function readBody(c: Context): Promise<string> {
  if (Number(c.req.header('content-length') ?? 0) > mostDecisionBytes) throw tooLong();
  const body = await c.req.text();
  if (Buffer.byteLength(body) > mostDecisionBytes) throw tooLong();
  return body;
}

function tooLong(): AppError {
  return new AppError(
    'bad-argument',
    `At most ${mostDecisionBytes / 1024} kB of decisions at once. Send them in parts.`,
  );
}

async function readForm(c: Context): Promise<AskedDecisions> {
  const form = await c.req.parseBody();
  const read = (name: string) => (typeof form[name] === 'string' ? form[name] : '');
  return parseDecisions(
    JSON.stringify({
      topic: read('topic'),
      decisions: [
        {
          requestId: read('requestId'),
          storyId: read('storyId'),
          version: read('version') === '' ? undefined : Number(read('version')),
          act: { act: read('act') },
          reason: read('reason') || undefined,
        },
      ],
    }),
  );
}
