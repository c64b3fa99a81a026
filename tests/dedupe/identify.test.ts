import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hashContent } from '../../src/dedupe/content-hash.ts';
import { hashFields } from '../../src/dedupe/hash.ts';
import { identifyEntries } from '../../src/dedupe/identify.ts';
import type { NewEntry } from '../../src/model/entry.ts';
import type { IncomingFeed } from '../../src/model/incoming.ts';
import { normaliseFeed } from '../../src/normalise/normalise-feed.ts';
import { toCanonicalUrl } from '../../src/normalise/urls.ts';

function entryOf(fields: Partial<NewEntry>): NewEntry {
  const address = fields.url === undefined ? {} : { canonicalUrl: toCanonicalUrl(fields.url) };
  return {
    title: 'Title',
    summary: '',
    contentHtml: '',
    authors: [],
    categories: [],
    enclosures: [],
    ...address,
    ...fields,
  };
}
const identitiesOf = (...entries: Partial<NewEntry>[]) =>
  identifyEntries(entries.map(entryOf)).map((entry) => entry.identity);
const first = (...entries: Partial<NewEntry>[]) => identitiesOf(...entries)[0];

const a = 'https://x.example/a';
const b = 'https://x.example/b';

describe('identifyEntries', () => {
  it('gives 64 hex digits, and nothing for nothing', () => {
    expect(first({})).toMatch(/^[0-9a-f]{64}$/);
    expect(identifyEntries([])).toEqual([]);
  });

  it('goes by guid, else by address, else by content', () => {
    expect(first({ guid: 'g', url: a, title: 'One' })).toBe(first({ guid: 'g', url: b, title: 'Two' }));
    expect(first({ url: a, title: 'One' })).toBe(first({ url: a, title: 'Two' }));
    expect(first({ title: 'One' })).not.toBe(first({ title: 'Two' }));
    expect(first({ title: 'One', summary: 's' })).not.toBe(first({ title: 'One', summary: 't' }));
    expect(first({ guid: a })).not.toBe(first({ url: a }));
  });

  it('compares guids character by character', () => {
    const guids = [
      'https://x.example/a',
      'https://x.example/a/',
      'https://X.example/a',
      'http://x.example/a',
      'https://x.example/%61',
    ];
    expect(new Set(guids.map((guid) => first({ guid, url: a }))).size).toBe(guids.length);
  });

  it('does not depend on which other entries are there, or on their order', () => {
    const one = { guid: '1', url: a };
    const two = { guid: '2', url: b };
    const three = { title: 'Three' };
    const alone = [first(one), first(two), first(three)];
    expect(identitiesOf(one, two, three)).toEqual(alone);
    expect(identitiesOf(three, two, one)).toEqual([...alone].reverse());
  });

  it('takes the same guid at the same address for one entry, and keeps the newer at the place of the first', () => {
    const old = { guid: 'g', url: a, summary: 'Old', publishedAt: new Date('2026-01-01') };
    const fresh = { guid: 'g', url: a, summary: 'New', updatedAt: new Date('2026-01-02') };
    const other = { guid: 'h', url: b };
    for (const list of [
      [old, other, fresh],
      [fresh, other, old],
    ]) {
      const entries = identifyEntries(list.map(entryOf));
      expect(entries.map((entry) => entry.summary)).toEqual(['New', '']);
      expect(entries[0]?.identity).toBe(first(old));
    }
    const undated = identifyEntries([
      entryOf({ guid: 'g', url: a, summary: '1' }),
      entryOf({ guid: 'g', url: a, summary: '2' }),
      entryOf(other),
    ]);
    expect(undated.map((entry) => entry.summary)).toEqual(['1', '']);
  });

  it('tells the same guid at different addresses apart, in any order and at every fetch', () => {
    const list = [
      { guid: 'g', url: a },
      { guid: 'g', url: b },
      { guid: 'h', url: 'https://x.example/c' },
    ];
    const identities = identitiesOf(...list);
    expect(new Set(identities).size).toBe(3);
    expect(identitiesOf(...list.toReversed())).toEqual(identities.toReversed());
    expect(identitiesOf({ guid: 'g', url: 'https://x.example/d' }, ...list).slice(1)).toEqual(identities);
  });

  it('takes a corrected headline at the same address for the same entry, and the newer is kept', () => {
    const old = {
      guid: 'g',
      url: a,
      title: 'Minister to resign',
      summary: 'The minister for harbours said on Monday that she would leave office within days.',
      publishedAt: new Date('2026-01-01'),
    };
    const title = 'Cabinet in crisis';
    const publishedAt = new Date('2026-01-02');
    const rewritten = 'On Tuesday the minister for harbours said that she would stay in office.';
    for (const fresh of [
      { ...old, title, publishedAt },
      { ...old, title, publishedAt, summary: rewritten },
    ]) {
      for (const list of [
        [fresh, old],
        [old, fresh],
        [fresh, old, { guid: 'h', url: b }],
      ]) {
        const entries = identifyEntries(list.map(entryOf));
        expect(entries).toHaveLength(list.length - 1);
        expect(entries[0]?.title).toBe(title);
        expect([first(old), first(fresh)]).toEqual([entries[0]?.identity, entries[0]?.identity]);
      }
    }
    const bare = { guid: 'g', url: a };
    expect(identitiesOf({ ...bare, title: 'One' }, { ...bare, title: 'Two' })).toEqual([first(bare)]);
  });

  it('tells the same guid apart by title where the address names no article', () => {
    const other = { guid: 'h', url: b };
    const home = 'https://x.example/';
    for (const list of [
      [{ guid: 'g', url: home, title: 'One' }, { guid: 'g', url: home, title: 'Two' }, other],
      [{ guid: 'g', url: b, title: 'One' }, { guid: 'g', url: b, title: 'Two' }, other],
    ]) {
      const identities = identitiesOf(...list);
      expect(new Set(identities).size).toBe(3);
      expect(identitiesOf(...list.toReversed())).toEqual(identities.toReversed());
    }
  });

  it('tells articles apart that have guid and address in common, but no words', () => {
    const storage = { guid: 'g', url: a, summary: 'Every browser deserves a place where files live.' };
    const list = [
      { guid: 'g', url: a, title: 'Good morning', summary: 'Coffee is ready; breakfast will follow soon.' },
      { ...storage, title: 'On storage', publishedAt: new Date('2026-01-01') },
      { ...storage, title: 'Of storage', publishedAt: new Date('2026-01-02') },
      { guid: 'h', url: b },
    ];
    const identities = identitiesOf(...list);
    expect(identities).toHaveLength(3);
    expect(new Set(identitiesOf(...list.toReversed()))).toEqual(new Set(identities));
    const japanese = [
      { guid: 'g', url: a, title: '港で火災', summary: '月曜日の夜に倉庫が燃えた' },
      { guid: 'g', url: a, title: '港の火災で三人死亡', summary: '月曜日の夜に倉庫が燃え三人' },
    ];
    expect(identitiesOf(...japanese)).toHaveLength(1);
  });

  it('tells the same guid without addresses apart by title', () => {
    const identities = identitiesOf({ guid: 'g', title: 'One' }, { guid: 'g', title: 'Two' }, { guid: 'h' });
    expect(new Set(identities).size).toBe(3);
    expect(
      identitiesOf({ guid: 'g', title: 'One' }, { guid: 'g', title: 'One' }, { guid: 'h' }),
    ).toHaveLength(2);
  });

  it('takes a guid that all entries share for none', () => {
    const shared = identitiesOf({ guid: 'constant', url: a }, { guid: 'constant', url: b });
    expect(shared).toEqual(identitiesOf({ url: a }, { url: b }));
    expect(identitiesOf({ guid: 'constant', title: 'One' }, { guid: 'constant', title: 'Two' })).toEqual(
      identitiesOf({ title: 'One' }, { title: 'Two' }),
    );
  });

  it('takes a front page for no guid, even when there is one entry', () => {
    expect(first({ guid: 'https://x.example', url: a })).toBe(first({ url: a }));
    expect(first({ guid: 'https://x.example/', title: 'One' })).toBe(first({ title: 'One' }));
    expect(first({ guid: 'https://x.example/?p=1', url: a })).not.toBe(first({ url: a }));
  });

  it('tells entries that all point at the front page apart by title, alone or together', () => {
    const home = 'https://x.example/';
    const both = identitiesOf({ url: home, title: 'One' }, { url: home, title: 'Two' });
    expect(both).toEqual([first({ url: home, title: 'One' }), first({ url: home, title: 'Two' })]);
    expect(both[0]).not.toBe(both[1]);
  });

  it('tells parts of one page apart by their fragments, but not by where a reader came from', () => {
    const log = 'https://x.example/changes';
    expect(first({ url: `${log}#v2` })).not.toBe(first({ url: `${log}#v1` }));
    expect(first({ url: `${log}#xtor=RSS-1` })).toBe(first({ url: log }));
  });

  it('keeps different news of one address, and drops what is there twice', () => {
    expect(
      identitiesOf({ url: a, title: 'One' }, { url: a, title: 'Two' }, { url: a, title: 'One' }),
    ).toHaveLength(2);
    expect(identitiesOf({ title: 'One' }, { title: 'One' })).toHaveLength(1);
  });

  it('never gives one identity twice, keeps fields, and gives the same set in any order', () => {
    const field = (...values: (string | undefined)[]) => fc.constantFrom(...values);
    const entry = fc.record({
      guid: field(undefined, 'g', 'h', 'https://x.example/'),
      url: field(undefined, a, b, `${a}#p`, 'https://x.example/'),
      title: field('One', 'Two'),
      summary: field('Nothing here is alike', 'Entirely other words stand there'),
    });
    fc.assert(
      fc.property(fc.array(entry, { maxLength: 8 }), (list) => {
        const entries = list.map((fields) =>
          entryOf({ ...fields, title: fields.title ?? '', summary: fields.summary ?? '' }),
        );
        const identities = identifyEntries(entries).map((one) => one.identity);
        expect(new Set(identities).size).toBe(identities.length);
        expect(new Set(identifyEntries(entries.toReversed()).map((one) => one.identity))).toEqual(
          new Set(identities),
        );
        expect(identifyEntries([...entries, ...entries]).map((one) => one.identity)).toEqual(identities);
      }),
    );
  });

  it('is linear in the number of entries', () => {
    const entries = Array.from({ length: 20_000 }, (_, index) =>
      entryOf({ guid: `g${index % 3}`, url: `${a}/${index}` }),
    );
    expect(identifyEntries(entries)).toHaveLength(20_000);
    const versions = Array.from({ length: 20_000 }, (_, index) =>
      entryOf({ guid: 'g', url: a, title: `word${index}`, summary: `number${index} `.repeat(20) }),
    );
    expect(identifyEntries([...versions, entryOf({ guid: 'h', url: b })])).toHaveLength(20_001);
  });
});

describe('contentHash', () => {
  const entry = entryOf({
    guid: 'g',
    url: a,
    title: 'T',
    summary: 'S',
    contentHtml: '<p>C</p>',
    authors: [{ name: 'A' }],
    categories: ['x', 'y'],
  });

  it('changes with all that a reader sees', () => {
    const others: Partial<NewEntry>[] = [
      { title: 'U' },
      { summary: 'T' },
      { contentHtml: '<p>D</p>' },
      { canonicalUrl: b },
      { authors: [{ name: 'B' }] },
      { authors: [{ name: 'A', url: a }] },
      { categories: ['x'] },
      { enclosures: [{ url: a }] },
      { enclosures: [{ url: a, length: 1 }] },
      { imageUrl: a },
    ];
    const hashes = [entry, ...others.map((other) => ({ ...entry, ...other }))].map(hashContent);
    expect(new Set(hashes).size).toBe(hashes.length);
  });

  it('does not change with dates, language, guid, tracking or the order of categories', () => {
    const others: Partial<NewEntry>[] = [
      { publishedAt: new Date(0) },
      { updatedAt: new Date(0) },
      { language: 'de' },
      { guid: 'h' },
      { url: `${a}?utm_source=x` },
      { categories: ['y', 'x'] },
    ];
    for (const other of others) expect(hashContent({ ...entry, ...other })).toBe(hashContent(entry));
  });

  it('is the same for the same document read at another time, with a date that was still ahead', () => {
    const feed: IncomingFeed = {
      format: 'rss',
      warnings: [],
      items: [
        {
          id: '1',
          title: { value: 'Ahead', kind: 'html' },
          published: '2026-06-01T00:00:00Z',
          updated: '2026-06-02T00:00:00Z',
        },
        { title: { value: 'No guid, no address', kind: 'html' }, published: '2026-06-01T00:00:00Z' },
      ],
    };
    const hashesAt = (now: string) =>
      identifyEntries(normaliseFeed(feed, { now: new Date(now) }).entries).map(
        ({ identity, contentHash }) => [identity, contentHash],
      );
    expect(hashesAt('2026-05-01T00:00:00Z')).toEqual(hashesAt('2026-05-01T00:15:00Z'));
    expect(hashesAt('2026-05-01T00:00:00Z')).toEqual(hashesAt('2026-07-01T00:00:00Z'));
  });
});

describe('hashFields', () => {
  it('tells lists apart that run together', () => {
    const lists = [
      [],
      [''],
      ['', ''],
      [undefined],
      ['ab', 'c'],
      ['a', 'bc'],
      ['abc'],
      ['1:a;', 'b'],
      ['1:a;1:b;'],
      ['-;'],
      ['a', undefined],
      ['a', ''],
    ];
    expect(new Set(lists.map(hashFields)).size).toBe(lists.length);
  });
});
