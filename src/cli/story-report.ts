import type { EntryRow, StoryRow } from '../../db/list-stories.ts';
import type { PlacedFact } from '../../db/story-facts.ts';
import type { LinkedStory } from '../../db/story-links.ts';
import type { StoryPlacement } from '../../db/story-placements.ts';
import { sliceWhole } from '../normalise/clean-text.ts';
import { toAge, toTable } from './output.ts';

/** A story as it is printed as JSON. */
export interface ReportedStory extends Omit<StoryRow, 'leadEntryId'> {
  lead: Omit<EntryRow, 'publishedAt' | 'datedAt'>;
  entries: Omit<EntryRow, 'datedAt'>[];
}

/** A story with its entries; undefined when it has none. */
export function toReported(
  { leadEntryId, ...story }: StoryRow,
  entries: EntryRow[],
): ReportedStory | undefined {
  const lead = entries.find(({ id }) => id === leadEntryId) ?? entries[0];
  if (!lead) return undefined;
  const { id, title, url, source } = lead;
  return {
    ...story,
    lead: { id, title, url, source },
    entries: entries.map(({ datedAt, ...entry }) => entry),
  };
}

const wide =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\u3000-\u303f\uff01-\uff60\p{Emoji_Presentation}]/u;

/** A text of at most so many columns of a terminal: letters of East Asia take two; what is longer ends in "…". */
export function cutColumns(text: string, columns: number): string {
  let used = 0;
  let whole = '';
  let cut = '';
  // Longer texts are never shown; a mark takes no column, so that there may be many.
  for (const letter of sliceWhole(text, columns * 4)) {
    used += /\p{Mark}/u.test(letter) ? 0 : wide.test(letter) ? 2 : 1;
    if (used > columns) return `${cut.trimEnd()}…`;
    whole += letter;
    if (used < columns) cut = whole;
  }
  return whole;
}

/** One line a story. */
export function toStoryTable(stories: ReportedStory[], now: Date): string {
  return toTable(
    ['ID', 'UPDATED', 'ENTRIES', 'LEAD', 'SOURCE'],
    stories.map(({ id, updatedAt, entries, lead }) => [
      id,
      toAge(updatedAt, now),
      entries.length,
      cutColumns(lead.title, 36),
      cutColumns(lead.source.title, 14),
    ]),
  );
}

/** What is known of one story besides its entries. */
export interface StoryStanding {
  topics: StoryPlacement[];
  related: LinkedStory[];
  facts: PlacedFact[];
}

/** All that is known of one story. */
export function toStorySheet(story: ReportedStory, standing: StoryStanding, now: Date): string {
  const { topics, related, facts } = standing;
  const rows: [string, string][] = [
    ['story', story.id],
    ['uuid', story.uuid],
    ['first', `${toMoment(story.firstAt)}, ${toAge(story.firstAt, now)}`],
    ['updated', `${toMoment(story.updatedAt)}, ${toAge(story.updatedAt, now)}`],
    ...list(
      'topics',
      topics.map(({ name, slug, state }) => `${state} in ${name} (${slug})`),
    ),
    ...list(
      'related',
      related.map(({ story: { id }, lead }) => cutColumns(`${id}  ${lead.entry.title}`, 66)),
    ),
    ...list(
      'editors',
      facts.map((fact) => toFactLine(fact, story.id)),
    ),
  ];
  const sheet = rows.map(([name, value]) => `${name.padEnd(14)}${value}`);
  const entries = story.entries.map((entry) => toEntryBlock(entry, entry.id === story.lead.id ? '* ' : '  '));
  return [...sheet, '', ...entries, '', '* leads the story'].join('\n');
}

/** A row a value, the first of them with the name. */
function list(name: string, values: string[]): [string, string][] {
  const shown = values.length > 0 ? values : ['none'];
  return shown.map((value, index) => [index === 0 ? name : '', value]);
}

function toFactLine({ kind, entryId, otherId, storyId, otherStoryId }: PlacedFact, own: string): string {
  const tell = (id: string, story: string) => (story === own ? id : `${id} (story ${story})`);
  return `${tell(entryId, storyId)} and ${tell(otherId, otherStoryId)} are kept ${kind}`;
}

/** An entry in lines of its own: title, source and date, address. */
export function toEntryBlock(
  entry: {
    id: string;
    title: string;
    url?: string;
    source: { title: string };
    publishedAt?: Date;
    datedAt?: Date;
  },
  mark = '',
): string {
  const dated = entry.publishedAt ?? entry.datedAt;
  const indent = ' '.repeat(14);
  const about = [cutColumns(entry.source.title, 40), ...(dated ? [toMoment(dated)] : [])].join(', ');
  const lines = [`${`${mark}${entry.id}`.padEnd(14)}${cutColumns(entry.title, 66)}`, `${indent}${about}`];
  // Whole, however long: it is there to be copied.
  return [...lines, ...(entry.url ? [`${indent}${entry.url}`] : [])].join('\n');
}

/** "2026-02-16 08:00 UTC". */
export function toMoment(date: Date): string {
  return `${date.toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}
