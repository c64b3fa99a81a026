import type { Answer, Delivery, Outcome } from './delivery.ts';
import { getCsrf, page } from './page.ts';
import { signInAgain } from './sign-in-dialog.ts';

/** A piece of a page. Waits for a new sign-in when the session is over; throws when there is no such thing (any more). */
export async function fetchFragment(url: string, signal?: AbortSignal): Promise<string> {
  for (;;) {
    const response = await fetch(url, {
      headers: { Accept: 'text/html;part, */*', 'HX-Request': 'true' },
      signal,
    });
    if (response.ok) return await response.text();
    if (response.status !== 401) throw new Error(await readProblem(response));
    await signInAgain();
  }
}

/** Sends decisions of one topic. Never throws for what the server answers. */
export async function sendDecisions(topic: string, deliveries: Delivery[]): Promise<Answer> {
  const decisions = deliveries.map(({ requestId, storyId, version, act, reason }) => {
    const sent = act.act === 'undo' ? { act: 'undo', decisionId: act.decisionId } : act;
    return { requestId, storyId, version, act: sent, reason };
  });
  const response = await fetch(`${page.base}/desk/decisions`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', Accept: 'application/json', 'X-Csrf-Token': getCsrf() },
    body: JSON.stringify({ topic, decisions }),
    signal: AbortSignal.timeout(20_000),
  });
  if (response.ok) {
    const { outcomes } = (await response.json()) as { outcomes: Outcome[] };
    return { kind: 'answered', outcomes };
  }
  if (response.status >= 500 || response.status === 429) return { kind: 'unreachable' };
  const problem = await readProblemBody(response);
  const isOver = response.status === 401 || problem.code === 'bad-csrf';
  return isOver ? { kind: 'signed-out' } : { kind: 'refused', message: problem.detail };
}

async function readProblem(response: Response): Promise<string> {
  return (await readProblemBody(response)).detail;
}

async function readProblemBody(response: Response): Promise<{ code?: string; detail: string }> {
  const detail = `The server answered ${response.status}.`;
  const body = await response.json().catch(() => ({}));
  return { code: body.code, detail: body.detail ?? detail };
}
