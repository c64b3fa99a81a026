import type { ExplainedLikeness, SharedTerm } from '../dedupe/explain-likeness.ts';
import { copyFrom, joinFrom, relatedFrom } from '../dedupe/likeness.ts';
import type { Explanation } from '../newsroom/explain-likeness.ts';
import { count, toTable } from './output.ts';
import { cutColumns, toEntryBlock } from './story-report.ts';

/** Terms in common that are shown; the others say little. */
const mostTerms = 20;

/** An explanation in 80 columns. */
export function toWhyReport(explanation: Explanation): string {
  const { entries, likeness, terms, toStories, verdict } = explanation;
  return [
    ...entries.map((entry) => toEntryBlock(entry)),
    '',
    toFactsSheet(explanation),
    '',
    toPartsTable(likeness),
    '',
    ...toTermsReport(terms),
    ...toStories.flatMap((story) => [
      '',
      `Entry ${story.entryId} and story ${story.storyId}, by ${count(story.compared, 'entry', 'entries')} of it:`,
      '',
      toPartsTable(story),
    ]),
    '',
    verdict.sentence,
    toStandingSentence(explanation),
  ].join('\n');
}

/** What grouping came to; it compares an entry with whole stories, and with those that are there when the entry comes. */
function toStandingSentence({ isOneStory, verdict, toStories }: Explanation): string {
  if (isOneStory === verdict.isOneEvent)
    return `They are in ${isOneStory ? 'one story' : 'different stories'}.`;
  const why =
    toStories.length > 0 ? 'whole stories are compared, see above' : 'other entries had a part in it';
  return `Yet they ${isOneStory ? 'are' : 'are not'} in one story: ${why}.`;
}

function toFactsSheet(explanation: Explanation): string {
  const { entries, isOneAddress, copyShare, hoursApart, groupHours } = explanation;
  const [one, other] = entries;
  const rows: [string, string][] = [
    ['story', toStoryLine(explanation)],
    ['address', isOneAddress ? 'the same' : 'not the same'],
    ['copied', `${toPercent(copyShare)} of the shorter text (a copy from ${toPercent(copyFrom)})`],
    ['apart', `${hoursApart.toFixed(1)} hours (at most ${groupHours} for one event)`],
    ['days named', `${one.days.join(' ') || 'none'} | ${other.days.join(' ') || 'none'}`],
    [
      'language',
      one.language === other.language ? one.language : `${one.language} | ${other.language}: not compared`,
    ],
    ['editors', toEditorsLine(explanation)],
  ];
  return rows.map(([name, value]) => `${name.padEnd(14)}${value}`).join('\n');
}

function toStoryLine({ entries: [one, other], isOneStory }: Explanation): string {
  if (isOneStory) return `the same, ${one.storyId}`;
  return `not the same: ${one.storyId ?? 'none'} | ${other.storyId ?? 'none'}`;
}

function toEditorsLine({ facts: { ofEntries, apartOfStories }, isOneStory }: Explanation): string {
  if (ofEntries) return `keep them ${ofEntries}`;
  if (apartOfStories > 0 && !isOneStory) return 'keep their stories apart';
  return 'said nothing of them';
}

function toPercent(share: number): string {
  return `${Math.round(share * 100)} %`;
}

const units: Record<ExplainedLikeness['parts'][number]['part'], string> = {
  text: '√ cosine of all words, 0 to 1',
  title: '√ cosine of the titles, 0 to 1',
  evidence: 'ln(1 + rarities in common)',
  distance: 'hours apart / 48, at most 2',
  day: '1 same day named, −1 others',
};

function toPartsTable({ parts, constant, sum, likeness, relation, rule }: ExplainedLikeness): string {
  const signed = (n: number) => `${n < 0 ? '−' : '+'}${Math.abs(n).toFixed(2)}`.padStart(7);
  const rows = parts.map(({ part, value, weight, adds }) => [
    part,
    value.toFixed(3).padStart(6),
    signed(weight),
    signed(adds),
    units[part],
  ]);
  const rules = { series: 'numbers of one series', copy: 'a copy' };
  const ruled = rule ? [['likeness', '', '', signed(likeness), `${rules[rule]}: that decides`]] : [];
  return toTable(
    ['PART', ' VALUE', ' WEIGHT', '   ADDS', 'MEASURED IN'],
    [
      ...rows,
      ['constant', '', '', signed(constant), ''],
      ['sum', '', '', signed(sum), `one event from ${joinFrom}`],
      ...ruled,
      ['affair', relation.toFixed(3).padStart(6), '', '', `√(cosine · rarities), one from ${relatedFrom}`],
    ],
  );
}

function toTermsReport(terms: SharedTerm[]): string[] {
  if (terms.length === 0) return ['No words in common that tell anything.'];
  const shown = terms
    .slice(0, mostTerms)
    .map(({ word, kind, rarity, evidence, text, title }) => [
      cutColumns(word ?? '?', 24),
      kind,
      rarity.toFixed(2).padStart(6),
      evidence.toFixed(2).padStart(8),
      text.toFixed(3).padStart(6),
      title.toFixed(3).padStart(6),
    ]);
  const table = toTable(['IN COMMON', 'KIND', 'RARITY', 'EVIDENCE', '  TEXT', ' TITLE'], shown);
  const more = terms.length - shown.length;
  return [table, ...(more > 0 ? [`and ${more} more that add less`] : [])];
}
