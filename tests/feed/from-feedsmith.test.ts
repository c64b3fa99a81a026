import { describe, expect, it } from 'vitest';
import { fromFeedsmith } from '../../src/feed/from-feedsmith.ts';
import { repairXml } from '../../src/feed/repair-xml.ts';

function read(text: string) {
  const repaired = repairXml(text, { maxItems: 10, maxDepth: 20, maxItemElements: 50, maxElements: 200 });
  if (repaired.outcome !== 'feed') throw new Error(repaired.outcome);
  return fromFeedsmith(repaired.xml, repaired.format, repaired.tables, 'https://x.example/feed');
}

describe('fromFeedsmith', () => {
  it('reads what an RSS item needs', () => {
    const text = `<rss version="2.0"><channel><title>T</title><link>https://x.example/</link><item><title>A &amp;amp; B</title><link>/a</link>
      <guid>1</guid><description>&lt;p&gt;d&lt;/p&gt;</description><pubDate>Tue, 03 Feb 2026 09:15:00 GMT</pubDate></item></channel></rss>`;
    const base = { kind: 'html', baseUrl: 'https://x.example/feed' };
    expect(read(text)).toEqual({
      title: { value: 'T', ...base },
      siteUrl: 'https://x.example/',
      items: [
        {
          id: '1',
          url: 'https://x.example/a',
          title: { value: 'A &amp; B', ...base },
          summary: { value: '<p>d</p>', ...base },
          published: 'Tue, 03 Feb 2026 09:15:00 GMT',
        },
      ],
    });
  });

  it('reads what an Atom entry needs', () => {
    const text = `<feed xmlns="http://www.w3.org/2005/Atom"><id>f</id><title>T</title><updated>x</updated>
      <entry><id>1</id><title>A</title><link href="a"/><content type="html">&lt;b&gt;</content></entry></feed>`;
    expect(read(text)?.items).toMatchObject([
      { id: '1', url: 'https://x.example/a', title: { value: 'A' }, content: { value: '<b>' } },
    ]);
  });

  it('gives nothing for what is no feed', () => {
    expect(fromFeedsmith('<x/>', 'rss', { texts: [], places: [] })).toBeUndefined();
  });
});
