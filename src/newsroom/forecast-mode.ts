import type { Db } from '../../db/connect.ts';
import { countWaiting } from '../../db/count-waiting.ts';
import type { Topic } from '../model/topic.ts';

export type ModeChange = Partial<Pick<Topic, 'mode' | 'assistMinutes' | 'assistSources'>>;

/** Sentences for a person who is about to change who publishes in a topic: what that does to what is waiting there. */
export async function forecastMode(db: Db, topic: Topic, change: ModeChange): Promise<string> {
  const next = { ...topic, ...change };
  const waiting = await countWaiting(db, topic.id);
  const sentences = [toWaiting(topic, next, waiting)];
  const { inHand, scheduled, published } = waiting;
  if (inHand > 0 && next.mode !== 'editor') {
    const they = inHand === 1 ? 'stays one' : 'stay so';
    sentences.push(`${count(inHand, 'candidate')} that editors have in hand ${they} until they decide.`);
  }
  if (scheduled > 0)
    sentences.push(
      `${count(scheduled, 'story', 'stories')} with an hour to be published at ${scheduled === 1 ? 'keeps' : 'keep'} it.`,
    );
  if (published > 0)
    sentences.push(`What is published stays published: ${count(published, 'story', 'stories')}.`);
  return sentences.join(' ');
}

function toWaiting(topic: Topic, next: Topic, waiting: Waiting): string {
  const isSame = topic.mode === next.mode;
  if (next.mode === 'automatic')
    return isSame ? 'Nothing changes: the rule publishes.' : toAutomatic(waiting);
  if (next.mode === 'assisted') return toAssisted(topic, next, waiting);
  if (isSame) return 'Nothing changes: nothing is published without a decision.';
  const { candidates } = waiting;
  const wait = `${count(candidates, 'candidate')} ${candidates === 1 ? 'waits' : 'wait'} for one`;
  return `Nothing is published without a decision from now on; ${candidates > 0 ? wait : 'no candidate is waiting'}.`;
}

function toAutomatic({ candidates, inHand }: Waiting): string {
  const byRule = candidates - inHand;
  return byRule > 0
    ? `The rule publishes from now on, and ${count(byRule, 'candidate')} ${byRule === 1 ? 'is' : 'are'} published at once.`
    : 'The rule publishes from now on; no candidate is waiting for it.';
}

function toAssisted(topic: Topic, next: Topic, { candidates, inHand }: Waiting): string {
  const isSame =
    topic.mode === next.mode &&
    topic.assistMinutes === next.assistMinutes &&
    topic.assistSources === next.assistSources;
  if (isSame)
    return 'Nothing changes: candidates are published as before unless an editor decides otherwise.';
  const minutes = count(next.assistMinutes, 'minute');
  const sources = `${count(next.assistSources, 'source')} ${next.assistSources === 1 ? 'tells' : 'tell'} it`;
  const rule = `A candidate is published after ${minutes}, or as soon as ${sources}, unless an editor decides otherwise.`;
  const byRule = candidates - inHand;
  if (byRule === 0) return `${rule} None is waiting.`;
  const [are, their] = byRule === 1 ? ['is', 'its'] : ['are', 'their'];
  return `${rule} ${count(byRule, 'candidate')} ${are} waiting: nothing is published at once, ${their} ${minutes} begin with the change, and of what was reported before only another report counts.`;
}

type Waiting = Awaited<ReturnType<typeof countWaiting>>;

function count(n: number, noun: string, plural = `${noun}s`): string {
  return `${n.toLocaleString('en')} ${n === 1 ? noun : plural}`;
}
