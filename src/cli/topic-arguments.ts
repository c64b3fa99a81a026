import type { Db } from '../../db/connect.ts';
import { listTopics } from '../../db/topics.ts';
import { AppError } from '../errors.ts';
import { type Topic, type TopicMode, topicModes, toSlug } from '../model/topic.ts';

/** By slug, else by name. Throws AppError `topic-not-found`. */
export async function getTopic(db: Db, given: string): Promise<Topic> {
  const topics = await listTopics(db);
  const found =
    topics.find(({ slug }) => slug === given) ??
    topics.find(({ name }) => name.toLowerCase() === given.toLowerCase()) ??
    topics.find(({ slug }) => slug === toSlug(given));
  if (found) return found;
  throw new AppError('topic-not-found', `There is no topic "${given}". See: wireroom topic list`);
}

/** Throws AppError `bad-argument` for a word that is no mode. */
export function parseMode(text: string): TopicMode {
  const mode = topicModes.find((known) => known === text);
  if (mode) return mode;
  throw new AppError('bad-argument', `"${text}" is no mode. Take one of: ${topicModes.join(', ')}.`);
}

/** A BCP 47 tag in its canonical form. Throws AppError `bad-argument` for what is none. */
export function parseLanguage(text: string): string {
  try {
    return Intl.getCanonicalLocales(text)[0] ?? text;
  } catch {
    throw new AppError(
      'bad-argument',
      `"${text}" is no language tag. Take one such as en, pt-BR or zh-Hant.`,
    );
  }
}

/** Throws AppError `bad-argument` for what is no whole number from 1 to 1000. */
export function parseItems(text: string): number {
  const items = Number(text);
  if (Number.isInteger(items) && items >= 1 && items <= 1000) return items;
  throw new AppError('bad-argument', `--items takes a whole number from 1 to 1000, not "${text}".`);
}

/** Throws AppError `bad-argument` for what is no whole number of minutes up to a week. */
export function parseAssistMinutes(text: string): number {
  return parseWhole('--assist-minutes', text, 0, 10_080);
}

/** Throws AppError `bad-argument` for what is no whole number from 1 to 1000. */
export function parseAssistSources(text: string): number {
  return parseWhole('--assist-sources', text, 1, 1_000);
}

function parseWhole(option: string, text: string, least: number, most: number): number {
  const number = Number(text);
  if (/^\d+$/.test(text) && number >= least && number <= most) return number;
  throw new AppError(
    'bad-argument',
    `${option} takes a whole number from ${least} to ${most}, not "${text}".`,
  );
}
