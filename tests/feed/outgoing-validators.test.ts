import { describe, expect, it } from 'vitest';
import { toAtom } from '../../src/feed/to-atom.ts';
import { toJsonFeed } from '../../src/feed/to-json-feed.ts';
import { toRss } from '../../src/feed/to-rss.ts';
import type { PublicationFormat } from '../../src/model/outgoing.ts';
import { readOutgoing } from '../support/read-outgoing.ts';
import { validateFeed } from '../support/validate-feed.ts';

const feed = readOutgoing('world');
const good: Record<PublicationFormat, string> = {
  rss: toRss(feed),
  atom: toAtom(feed),
  json: toJsonFeed(feed),
};

/** What is broken, by which change, and what the validator must say of it. */
type Breakage = [name: string, from: string | RegExp, to: string, complaint: RegExp];

const broken: Record<PublicationFormat, Breakage[]> = {
  rss: [
    ['a control character', 'Bridges', 'Brid\u0001ges', /not well-formed/],
    ['a bare ampersand', 'Bo Sample', 'Bo & Sample', /not well-formed/],
    ['an undeclared prefix', / xmlns:media="[^"]*"/, '', /not well-formed|prefix media/],
    ['an element that does not end', '</channel>', '', /not well-formed/],
    ['no version', ' version="2.0"', '', /root/],
    ['no channel title', '<title>World News</title>', '', /Missingtitle/],
    ['no channel link', '<link>https://wire.example/topics/world-news</link>', '', /Missinglink/],
    ['an unknown element', '<docs>', '<nonsense/><docs>', /UndefinedElement/],
    ['two languages', '<language>', '<language>de</language><language>', /DuplicateElement/],
    ['a wrong language', '<language>en', '<language>english language', /InvalidLanguage/],
    ['a wrong weekday', 'Wed, 04 Mar 2026 09', 'Tue, 04 Mar 2026 09', /InvalidRFC2822Date/],
    ['a day that is not', 'Wed, 04 Mar 2026 09', 'Mon, 30 Feb 2026 09', /InvalidRFC2822Date/],
    ['a year of two digits', '04 Mar 2026 11', '04 Mar 26 11', /InvalidRFC2822Date/],
    ['no link to itself', /<atom:link [^>]*\/>/, '', /MissingAtomSelfLink/],
    ['a relative link', '<link>https://bote.example/nebel', '<link>/nebel', /InvalidFullLink/],
    [
      'an IRI as a link',
      '<link>https://bote.example/nebel',
      '<link>https://bote.example/nébel',
      /InvalidFullLink/,
    ],
    ['a guid that only seems a link', '<guid isPermaLink="false">urn', '<guid>urn', /InvalidPermalink/],
    ['a guid twice', '8bbb-000000000002', '8bbb-000000000001', /DuplicateValue/],
    [
      'an author without an address',
      '<description>Die',
      '<author>Bo</author><description>Die',
      /InvalidContact/,
    ],
    [
      'author and dc:creator',
      '<dc:creator>',
      '<author>a@b.example (A)</author><dc:creator>',
      /DuplicateItemSem/,
    ],
    ['a second enclosure', /(<enclosure [^>]*>)/, '$1$1', /DuplicateEnclosure/],
    ['an enclosure without a length', ' length="123456"', '', /InvalidIntegerAttribute/],
    ['an enclosure of no type', 'type="audio/mpeg"', 'type="mp3"', /InvalidMIMEAttribute/],
    ['an enclosure with a title', '<enclosure ', '<enclosure title="a" ', /UnexpectedAttribute/],
    [
      'a description after the content',
      /(<description>After[^\n]*)([\s\S]*?<\/content:encoded>)/,
      '$2$1',
      /NeedDescr/,
    ],
    ['a script', '<p>“Tea', '<script>1</script><p>“Tea', /contains <script>/],
    ['an event attribute', '<p>“Tea', '<p onclick="x">“Tea', /onclick/],
    ['a style', '<p>“Tea', '<p style="x">“Tea', /style/],
    ['a comment', '<p>“Tea', '<!-- x --><p>“Tea', /comment/],
    ['an iframe', '<p>“Tea', '<iframe></iframe><p>“Tea', /iframe/],
    [
      'a relative address in HTML',
      'href="https://gazette.example/river"',
      'href="/river"',
      /relative address/,
    ],
    ['bad nesting', '<p>“Tea', '<p><b>“Tea</p><p>', /well-nested/],
    ['a title like HTML in CDATA', /<title>Nebel[^<]*/, '<title><![CDATA[<b>x</b>]]>', /CharacterData/],
    ['a source without an address', /<source url="[^"]*">Der/, '<source>Der', /MissingAttribute/],
    ['items before the rest', '<docs>', '<item><title>x</title></item><docs>', /MisplacedItem/],
  ],
  atom: [
    ['a control character', 'Bridges', 'Brid\u0001ges', /not well-formed/],
    ['no id of the feed', '<id>https://wire.example/topics/world-news</id>', '', /MissingElement/],
    [
      'no date of an entry',
      '<updated>2026-03-02T00:00:00.000Z</updated>\n  </entry>',
      '</entry>',
      /MissingElement/,
    ],
    [
      'a date without a zone',
      '<published>2026-03-02T00:00:00.000Z',
      '<published>2026-03-02T00:00:00',
      /RFC3339/,
    ],
    ['a day that is not', '<published>2026-03-02T', '<published>2026-02-30T', /InvalidRFC3339Date/],
    ['no author anywhere', /<author>[\s\S]*?<\/author>/g, '', /§4.1.2|schema/],
    ['a person without a name', '<name>Bo Sample</name>', '', /without a name|schema/],
    ['white space around an id', '<id>urn:uuid:0195', '<id> urn:uuid:0195', /id " urn/],
    ['a UUID that is none', '8bbb-000000000002', '8bbb-00000000002', /InvalidFullLink/],
    ['an id twice', '8bbb-000000000002', '8bbb-000000000001', /DuplicateEntries/],
    [
      'two alternate links of a type',
      /(<link href="https:\/\/bote.example\/nebel"[^>]*>)/,
      '$1$1',
      /DuplicateAtomLink/,
    ],
    ['a relative link', 'href="https://bote.example/nebel"', 'href="nebel"', /InvalidLink/],
    ['a relation nobody knows', 'rel="related"', 'rel="cousin"', /UnregisteredAtomLinkRel/],
    ['no link to itself', 'rel="self" type="application/atom+xml"', 'rel="via"', /MissingSelf/],
    ['a title that holds elements', '>A title and no more', '><b>A</b>', /UndefinedElement|schema/],
    ['a script', '<content type="html">', '<content type="html">&lt;script&gt;', /<script>/],
    ['a category without a term', 'term="Bridges"', '', /4.2.2.1|schema/],
    [
      'two titles',
      '<title type="text">A title',
      '<title>x</title><title type="text">A title',
      /DuplicateElement/,
    ],
    ['an element that Atom has not', '<generator>', '<ttl>5</ttl><generator>', /UndefinedElement/],
    [
      'metadata after the entries',
      '</feed>',
      '<icon>https://wire.example/i</icon></feed>',
      /MisplacedMetadata/,
    ],
  ],
  json: [
    ['no JSON', '"version"', 'version', /not JSON/],
    ['an older version', 'version/1.1', 'version/1', /version/],
    ['no items', '"items"', '"_items"', /items/],
    ['an unknown member', '"home_page_url"', '"link"', /unknown member|home_page_url/],
    ['no id', '"id":"urn', '"_id":"urn', /no id/],
    ['an id that is a number', /"id":"[^"]*"/, '"id":1', /no id|id 1/],
    ['an id twice', '8bbb-000000000002', '8bbb-000000000001', /twice/],
    ['no content', '"content_html"', '"_content_html"', /no content/],
    ['a date without a zone', '09:00:00.000Z', '09:00:00', /date_published/],
    ['a relative address', '"url":"https://bote.example/nebel"', '"url":"/nebel"', /url/],
    ['an attachment without a type', '"mime_type":"audio/mpeg",', '', /mime_type/],
    ['a size in words', '"size_in_bytes":123456', '"size_in_bytes":"123456"', /size_in_bytes/],
    ['an author of nothing', '{"name":"Bo Sample"}', '{}', /authors/],
    ['tags in one string', '["Bridges","Tea & cake"]', '"Bridges"', /tags/],
    ['null', '"language":"de"', '"language":null', /null/],
    ['a lone surrogate', 'Bo Sample', '\\\\ud800', /surrogate/],
    ['a script', '<p>“Tea', '<script>1</script><p>“Tea', /<script>/],
  ],
};

describe.each(['rss', 'atom', 'json'] as const)('the validator of %s', (format) => {
  it('has nothing to say of a good document', () => {
    expect(validateFeed(format, good[format])).toEqual([]);
  });

  it.each(broken[format])('sees %s', (_name, from, to, complaint) => {
    const document = good[format].replace(from, to);
    expect(document).not.toBe(good[format]);
    expect(validateFeed(format, document).join('\n')).toMatch(complaint);
  });
});
