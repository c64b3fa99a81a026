import { expect, test } from 'vitest';
import { withEdits } from '../../src/model/placement.ts';
import { type SourcedEntry, type StoryWithEntries, toStandfirst } from '../../src/model/story.ts';

const sourced = (id: string, hours: number): SourcedEntry =>
  ({
    entry: { id, title: `Title ${id}`, summary: `Summary ${id}`, datedAt: new Date(hours * 3_600_000) },
    source: { policy: 'title' },
  }) as SourcedEntry;
const story = {
  story: { id: '9', leadEntryId: '2' },
  lead: sourced('2', 2),
  others: [sourced('1', 1), sourced('3', 3)],
} as StoryWithEntries;
const ids = ({ lead, others }: StoryWithEntries) => [lead, ...others].map(({ entry }) => entry.id);

test('without edits the story is as it is', () => {
  expect(withEdits(story, {})).toEqual(story);
});

test('the chosen lead stands first, the others by date; one that left the story does not', () => {
  expect(ids(withEdits(story, { leadEntryId: '3' }))).toEqual(['3', '1', '2']);
  expect(ids(withEdits(story, { leadEntryId: '7' }))).toEqual(['2', '1', '3']);
});

test('the editor’s words are the lead’s; the others and the story itself keep theirs', () => {
  const edited = withEdits(story, { leadEntryId: '1', headline: 'Ours', standfirst: 'Ours too.' });
  expect(edited.lead.entry).toMatchObject({ id: '1', title: 'Ours', summary: 'Ours too.' });
  expect(edited.others.map(({ entry }) => entry.title)).toEqual(['Title 2', 'Title 3']);
  expect(story.others[0]?.entry.title).toBe('Title 1');
});

test('an editor’s standfirst is shown whatever the source’s policy; the source’s own is not', () => {
  expect(toStandfirst(withEdits(story, { headline: 'Ours' }).lead)).toBe('');
  expect(toStandfirst(withEdits(story, { standfirst: 'Ours too.' }).lead)).toBe('Ours too.');
});
