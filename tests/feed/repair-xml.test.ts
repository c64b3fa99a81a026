import { describe, expect, it } from 'vitest';
import { textMark } from '../../src/feed/canonical-xml.ts';
import { readCanonicalXml } from '../../src/feed/read-canonical-xml.ts';
import { repairXml } from '../../src/feed/repair-xml.ts';

const limits = { maxItems: 10, maxDepth: 20, maxItemElements: 50, maxElements: 200 };

function repair(text: string, url?: string) {
  const result = repairXml(text, limits, url);
  if (result.outcome !== 'feed') throw new Error(result.outcome);
  return result;
}

describe('repairXml', () => {
  it.each<[string, string, string]>([
    [
      'closes what is open',
      '<rss><channel><image><url>a',
      '<rss><channel><image><url>a</url></image></channel></rss>',
    ],
    [
      'ignores end tags of nothing',
      '<rss></b><channel></x><title>a</title></channel></rss>',
      '<rss><channel><title>a</title></channel></rss>',
    ],
    [
      'leaves unknown elements out',
      '<rss><channel><x:y><z>1</z></x:y><title>a</title></channel></rss>',
      '<rss><channel><title>a</title></channel></rss>',
    ],
    [
      'finds items inside unknown elements',
      '<rss><channel><items><item><title>a</title></item></items></channel></rss>',
      '<rss><channel><item><title>a</title></item></channel></rss>',
    ],
    [
      'finds items outside the channel',
      '<rss><channel/><item><title>a</title></item></rss>',
      '<rss><channel><item><title>a</title></item></channel></rss>',
    ],
    [
      'knows namespaces by their address',
      '<rss xmlns:q="http://purl.org/dc/elements/1.1/"><channel><q:creator>a</q:creator></channel></rss>',
      '<rss><channel><dc:creator>a</dc:creator></channel></rss>',
    ],
    [
      'lets an inner declaration win',
      '<rss xmlns:q="http://purl.org/dc/elements/1.1/"><channel><q:creator xmlns:q="urn:other">a</q:creator><q:date>b</q:date></channel></rss>',
      '<rss><channel><dc:date>b</dc:date></channel></rss>',
    ],
    [
      'knows an address that was moved to https',
      '<rss xmlns:q="https://purl.org/dc/elements/1.1/"><channel><q:creator>a</q:creator></channel></rss>',
      '<rss><channel><dc:creator>a</dc:creator></channel></rss>',
    ],
    [
      'takes a known prefix at its word when its address is misspelt',
      '<rss xmlns:dc="http://purl.org/dc/elemnts/1.1/" xmlns:x="urn:x"><channel><dc:creator>a</dc:creator><x:title>b</x:title></channel></rss>',
      '<rss><channel><dc:creator>a</dc:creator></channel></rss>',
    ],
    [
      'takes an unknown default namespace for the format’s own',
      '<rss><channel xmlns="http://x.example/"><title>a</title><item xmlns="urn:x"><title>b</title></item></channel></rss>',
      '<rss><channel><title>a</title><item><title>b</title></item></channel></rss>',
    ],
    [
      'finds items and what is in them under a default namespace that is another’s',
      '<rss><channel xmlns="http://www.w3.org/2005/Atom"><item><title>b</title></item></channel></rss>',
      '<rss><channel><item><title>b</title></item></channel></rss>',
    ],
    [
      'takes foreign markup inside a text for markup all the same',
      '<rss><channel><title>a<svg xmlns="urn:svg"><title>b</title></svg></title><link>c</link></channel></rss>',
      `<rss><channel><title inline="html">${textMark}0</title><link>c</link></channel></rss>`,
    ],
    [
      'keeps an item whole that has a channel inside',
      '<rss><channel><item><channel>x</channel><title>a</title></item></channel></rss>',
      '<rss><channel><item><title>a</title></item></channel></rss>',
    ],
    [
      'ends a title at the next element',
      '<rss><channel><title>a<link>b</link></channel></rss>',
      '<rss><channel><title>a</title><link>b</link></channel></rss>',
    ],
    [
      'keeps one of an attribute that comes twice',
      '<rss><channel><enclosure url="a" url="b"/></channel></rss>',
      '<rss><channel><enclosure url="a"></enclosure></channel></rss>',
    ],
    [
      'refers to the base and language that are in force',
      '<rss xml:lang="de"><channel xml:base="http://a.example/b/"><title xml:base="c/">x</title><link>y</link></channel></rss>',
      '<rss><channel s="0"><title s="1">x</title><link s="0">y</link></channel></rss>',
    ],
    [
      'never takes an attribute of the document for such a reference',
      '<rss><channel><title s="0">x</title></channel></rss>',
      '<rss><channel><title>x</title></channel></rss>',
    ],
  ])('%s', (_, before, after) => {
    expect(repair(before).xml).toBe(after);
  });

  it('keeps each base and language once, however many elements they are in force for', () => {
    const base = `http://a.example/${'b'.repeat(2000)}`;
    const text = `<rss xml:base="${base}" xml:lang="de"><channel>${'<link xml:lang="de"/>'.repeat(40)}</channel></rss>`;
    const { xml, tables } = repair(text);
    expect(tables.places).toEqual([{ base, language: 'de' }]);
    expect(xml.length).toBeLessThan(1500);
  });

  it('keeps no attribute in the XML that a parser has long to do with', () => {
    const { xml, tables } = repair(`<rss><channel><enclosure url="${'&'.repeat(250)}"/></channel></rss>`);
    expect(tables.texts).toEqual(['&'.repeat(250)]);
    expect(xml.length).toBeLessThan(100);
  });

  it('reads so many elements of the feed, of an item, and of all', () => {
    const read = (text: string) => repair(`<rss><channel>${text}</channel></rss>`);
    const count = (xml: string) => xml.match(/<category/g)?.length;
    const item = (elements: number) => `<item>${'<category>a</category>'.repeat(elements)}</item>`;
    const head = read('<category>a</category>'.repeat(1000) + item(1));
    expect([count(head.xml), head.itemCount, head.warnings.length]).toEqual([51, 1, 1]);
    const long = read(item(1000) + item(1));
    expect([count(long.xml), long.itemCount, long.warnings.length]).toEqual([51, 2, 1]);
    const many = read(item(45).repeat(10));
    expect([count(many.xml), many.itemCount]).toEqual([200, 5]);
    expect(many.warnings).toContain('Only the first 5 items were read.');
  });

  it('says so when items stand where none can be read', () => {
    expect(repair('<rss xmlns:x="urn:x"><channel><x:item/></channel></rss>').warnings).toHaveLength(1);
    expect(repair('<rss><channel><item><title>a</title></item></channel></rss>').warnings).toEqual([]);
  });

  it.each<[string, string, number, RegExp]>([
    [
      'a feed inside a page',
      '<html><body><p>x<br><rss><channel><item><title>a</title></item></channel></rss></body></html>',
      1,
      /web page/,
    ],
    [
      'an Atom feed inside a page',
      '<html><div><feed><entry><title>a</title></entry></feed></div></html>',
      1,
      /web page/,
    ],
    [
      'items after the end',
      '<rss><channel/></rss><item><title>a</title></item><item><title>b</title></item></channel></rss>',
      2,
      /after the document’s end/,
    ],
    [
      'entries after the end',
      '<feed><title>x</title></feed><entry><title>a</title></entry>',
      1,
      /after the document’s end/,
    ],
    [
      'another document after the end',
      '<rss><channel/></rss><rss><channel><item><title>a</title></item></channel></rss>',
      0,
      /Another document/,
    ],
  ])('reads %s', (_, text, itemCount, warning) => {
    const repaired = repair(text);
    expect(repaired.itemCount).toBe(itemCount);
    expect(repaired.warnings).toHaveLength(1);
    expect(repaired.warnings[0]).toMatch(warning);
  });

  it('leaves an item out that is cut off after the end', () => {
    const { itemCount, warnings } = repair('<rss/><item><title>a</title></item><item><title>b');
    expect(itemCount).toBe(1);
    expect(warnings.at(-1)).toContain('unfinished item');
  });

  it('keeps texts with markup apart, so that no parser has to look at them', () => {
    const { xml, tables } = repair(
      '<rss><channel><description>&lt;p&gt;a&lt;/p&gt;</description></channel></rss>',
    );
    expect(tables.texts).toEqual(['<p>a</p>']);
    expect(xml).not.toContain('<p>');
  });

  it('escapes characters among child elements, and unwraps the one div', () => {
    const atom =
      '<feed xmlns="http://www.w3.org/2005/Atom"><entry><title type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">1 &lt; 2 <b a="&quot;">x</b><br/></div></title></entry></feed>';
    expect(repair(atom).tables.texts).toEqual(['1 &lt; 2 <b a="&quot;">x</b><br>']);
  });

  it('gives XML that a strict parser takes, whatever comes in', async () => {
    const inputs = [
      '<rss version=\'2"0\'><channel a&b="1" =x><title <b>x</title></channel>',
      '<feed><entry><link href=a&b><title/><author>x<name>y</author><content>&#x0;&#xFFFF;]]></content></entry></feed>',
      '<rdf:RDF><item rdf:about="a<b"><title>x</title></item></rdf:RDF>',
      '<feed/>',
      '<rdf:RDF/>',
      '<rss/>',
      '<channel/>',
      '<entry/>',
    ];
    for (const input of inputs) {
      const { xml, names } = repair(input);
      await expect(readCanonicalXml(xml, names)).resolves.toBeTruthy();
    }
  });

  it.each([
    ['<html><rss/></html>', 'html-page'],
    ['<html><script>"<rss><item><title>a</title></item></rss>"</script></html>', 'html-page'],
    ['<html><channel><item><title>a</title></item></channel></html>', 'html-page'],
    [`<html><feed>${'<br>'.repeat(30)}</html>`, 'html-page'],
    ['<opml/>', 'not-a-feed'],
    [`<rss>${'<a>'.repeat(20)}`, 'too-deep'],
  ])('%s → %s', (text, outcome) => {
    expect(repairXml(text, limits)).toEqual({ outcome });
  });
});
