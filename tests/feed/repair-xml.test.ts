import { describe, expect, it } from 'vitest';
import { readCanonicalXml } from '../../src/feed/read-canonical-xml.ts';
import { repairXml } from '../../src/feed/repair-xml.ts';

const limits = { maxItems: 10, maxDepth: 20 };

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
      '<rss xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><dc:creator xmlns:dc="urn:other">a</dc:creator></channel></rss>',
      '<rss><channel></channel></rss>',
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
      'writes base and language where they are in force',
      '<rss xml:lang="de"><channel xml:base="http://a.example/b/"><title xml:base="c/">x</title></channel></rss>',
      '<rss><channel xml:base="http://a.example/b/" xml:lang="de"><title xml:base="http://a.example/b/c/" xml:lang="de">x</title></channel></rss>',
    ],
  ])('%s', (_, before, after) => {
    expect(repair(before).xml).toBe(after);
  });

  it('keeps texts with markup apart, so that no parser has to look at them', () => {
    const { xml, texts } = repair(
      '<rss><channel><description>&lt;p&gt;a&lt;/p&gt;</description></channel></rss>',
    );
    expect(texts).toEqual(['<p>a</p>']);
    expect(xml).not.toContain('<p>');
  });

  it('escapes characters among child elements, and unwraps the one div', () => {
    const atom =
      '<feed xmlns="http://www.w3.org/2005/Atom"><entry><title type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">1 &lt; 2 <b a="&quot;">x</b><br/></div></title></entry></feed>';
    expect(repair(atom).texts).toEqual(['1 &lt; 2 <b a="&quot;">x</b><br>']);
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
    ['<opml/>', 'not-a-feed'],
    [`<rss>${'<a>'.repeat(20)}`, 'too-deep'],
  ])('%s → %s', (text, outcome) => {
    expect(repairXml(text, limits)).toEqual({ outcome });
  });
});
