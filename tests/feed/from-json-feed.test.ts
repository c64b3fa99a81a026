import { describe, expect, it } from 'vitest';
import { fromJsonFeed } from '../../src/feed/from-json-feed.ts';
import { parseFeed } from '../../src/feed/parse.ts';

const version = 'https://jsonfeed.org/version/1.1';

describe('fromJsonFeed', () => {
  it.each<[string, Record<string, unknown>]>([
    ['nothing', {}],
    ['a list without a title', { items: [] }],
    ['a title without a list', { title: 'x' }],
    ['only a version', { version }],
    ['a list that is none', { title: 'x', items: 'many' }],
  ])('takes %s for no feed', (_, value) => {
    expect(fromJsonFeed(value)).toBeUndefined();
  });

  it('reads a feed that forgot its version', () => {
    expect(fromJsonFeed({ title: 'x', items: [{ id: '1' }] })?.items).toEqual([{ id: '1' }]);
  });

  it.each<[Record<string, unknown>, string | undefined]>([
    [{ url: '/a', external_url: 'https://y.example/' }, 'https://x.example/a'],
    [{ external_url: 'https://y.example/' }, 'https://y.example/'],
    [{ id: 'https://x.example/id' }, 'https://x.example/id'],
    [{ id: '1' }, undefined],
  ])('the page of %j', (item, url) => {
    expect(
      fromJsonFeed({ version, title: 'x', items: [item] }, 'https://x.example/feed')?.items[0]?.url,
    ).toBe(url);
  });

  it('survives fields of the wrong type and leaves empty items out', async () => {
    const items = [
      null,
      5,
      [],
      {},
      { id: {}, title: ['t'], tags: 'one', authors: 'Name', attachments: [{}], content_text: 'c' },
    ];
    const result = await parseFeed(new TextEncoder().encode(JSON.stringify({ version, title: 'x', items })));
    expect(result).toMatchObject({ ok: true, feed: { items: [{ content: { value: 'c', kind: 'text' } }] } });
  });

  it('strips what escapes can smuggle in', async () => {
    const text = `{"version":"${version}","title":"a\\u0000b\\ud800","items":[{"id":"1"}]}`;
    expect(await parseFeed(new TextEncoder().encode(text))).toMatchObject({
      feed: { title: { value: 'ab\uFFFD' } },
    });
  });
});
