import { describe, expect, it } from 'vitest';
import {
  toAbsoluteUrl,
  toBody,
  toEscaped,
  toLanguage,
  toOneLine,
  toSendable,
  toUnescaped,
} from '../../src/feed/outgoing-text.ts';
import { makeOutgoingItem } from '../support/outgoing-cases.ts';

describe('toSendable', () => {
  it.each([
    ['controls', 'a\u0000b\u0008c\u000Bd\u001Fe\u007Ff\u0085g\u009Fh', 'abcdefgh'],
    ['tab and line feed', 'a\tb\nc', 'a\tb\nc'],
    ['other line breaks', 'a\r\nb\rc\n\rd', 'a\nb\nc\n\nd'],
    ['lone surrogates', 'a\uD800b\uDC00c\uD83D', 'abc'],
    ['pairs of surrogates', 'a😀b\u{10FFFD}', 'a😀b\u{10FFFD}'],
    ['noncharacters', 'a\uFFFEb\uFFFFc\uFDD0d\uFDEFe\u{1FFFE}f\u{10FFFF}g', 'abcdefg'],
    [
      'bidi marks and joiners',
      '\u200E\u200F\u202A\u202B\u2066\u2069\u200D',
      '\u200E\u200F\u202A\u202B\u2066\u2069\u200D',
    ],
    ['private use and the replacement character', '\uE000\uFFFD', '\uE000\uFFFD'],
  ])('%s', (_name, text, expected) => {
    expect(toSendable(text)).toBe(expected);
  });
});

describe('toOneLine', () => {
  it.each([
    ['  a \t\r\n b\u2028c  ', 'a b c'],
    ['a\u00A0b', 'a\u00A0b'],
    ['\u0000 \n', ''],
  ])('%j', (text, expected) => {
    expect(toOneLine(text)).toBe(expected);
  });
});

describe('toAbsoluteUrl', () => {
  it.each([
    ['https://a.example', 'https://a.example/'],
    [' https://a.example/b c\n', 'https://a.example/b%20c'],
    ['HTTPS://A.EXAMPLE:443/ä?ö#ü', 'https://a.example/%C3%A4?%C3%B6#%C3%BC'],
    ['https://bücher.example/', 'https://xn--bcher-kva.example/'],
    [
      'https://a.example/[1]|^`{}\\"?q[]=<1>|',
      'https://a.example/%5B1%5D%7C%5E%60%7B%7D/%22?q%5B%5D=%3C1%3E%7C',
    ],
    ['https://a.example/100%?x=%4', 'https://a.example/100%25?x=%254'],
    ['https://a.example/%41%e4', 'https://a.example/%41%e4'],
    ['https://a.example/#b#c', 'https://a.example/#b%23c'],
    ['https://name:word@a.example/b@c', 'https://a.example/b@c'],
    ['http://[2001:db8::1]:8080/[', 'http://[2001:db8::1]:8080/%5B'],
  ])('%s', (address, expected) => {
    expect(toAbsoluteUrl(address)).toBe(expected);
    expect(toAbsoluteUrl(expected)).toBe(expected);
  });

  it.each([
    undefined,
    '',
    ' ',
    '/relative',
    '//a.example/',
    'a.example',
    'ftp://a.example/',
    'javascript:alert(1)',
    'data:text/html,x',
    'mailto:a@a.example',
    'http://',
    'https://a b.example/',
  ])('drops %s', (address) => {
    expect(toAbsoluteUrl(address)).toBeUndefined();
  });

  it('still knows letters beyond ASCII after many calls', () => {
    const answers = new Set<string | undefined>();
    for (let call = 0; call < 20_000; call += 1) answers.add(toAbsoluteUrl('https://bücher.example/ü'));
    expect([...answers]).toEqual(['https://xn--bcher-kva.example/%C3%BC']);
  });
});

describe('toLanguage', () => {
  it.each([
    ['en', 'en'],
    [' pt-BR ', 'pt-BR'],
    ['zh-Hant-TW', 'zh-Hant-TW'],
    ['und', undefined],
    ['', undefined],
    ['english', undefined],
    ['en_US', undefined],
    ['en"><script>', undefined],
    [undefined, undefined],
  ])('%s', (tag, expected) => {
    expect(toLanguage(tag)).toBe(expected);
  });
});

describe('toBody', () => {
  const source = '<p>Source: <a href="https://publisher.example/article-1">The Publisher</a></p>';

  it.each([
    ['the content', { contentHtml: '<p>All</p>', summary: 'Some' }, `<p>All</p>\n${source}`],
    ['the summary, escaped', { summary: 'a < b & c' }, `<p>a &lt; b &amp; c</p>\n${source}`],
    ['the summary when the content is empty', { contentHtml: '', summary: 'Some' }, `<p>Some</p>\n${source}`],
    ['the publisher alone', {}, source],
  ])('is %s and names the publisher', (_name, changes, expected) => {
    expect(toBody(makeOutgoingItem(changes))).toBe(expected);
  });

  it('lets no name or title become markup', () => {
    const body = toBody(
      makeOutgoingItem({
        source: { title: '<img src=x onerror=1>', feedUrl: 'https://p.example/' },
        coverage: [{ title: '</a><b>', url: 'https://o.example/?a="&b', source: '<i>' }],
        related: [{ title: '</a><b>', url: 'https://wire.example/stories/2', source: '<i>' }],
      }),
    );
    expect(body).not.toMatch(/<(?:img|b|i)\b/);
    expect(body).toContain('href="https://o.example/?a=&quot;&amp;b"');
  });

  it('lists related stories after the further coverage, under a heading of their own', () => {
    const coverage = [{ title: 'Report', url: 'https://o.example/1', source: 'Other' }];
    const related = [{ title: 'Before', url: 'https://wire.example/stories/2-before', source: 'Paper' }];
    const list = (heading: string, line: string) => `<p>${heading}</p>\n<ul>\n<li>${line}</li>\n</ul>`;
    const further = list('Further coverage:', '<a href="https://o.example/1">Report</a> (Other)');
    const others = list(
      'Related stories:',
      '<a href="https://wire.example/stories/2-before">Before</a> (Paper)',
    );
    expect(toBody(makeOutgoingItem({ coverage, related }))).toBe(`${source}\n${further}\n${others}`);
    expect(toBody(makeOutgoingItem({ related }))).toBe(`${source}\n${others}`);
  });

  it('lists ten further reports at most', () => {
    const coverage = Array.from({ length: 12 }, (_, index) => ({
      title: `Report ${index}`,
      url: `https://o.example/${index}`,
      source: index === 0 ? '' : 'Paper',
    }));
    const lines = toBody(makeOutgoingItem({ coverage })).match(/<li>.*<\/li>/g);
    expect(lines).toHaveLength(10);
    expect(lines?.[0]).toBe('<li><a href="https://o.example/0">Report 0</a></li>');
    expect(lines?.[1]).toBe('<li><a href="https://o.example/1">Report 1</a> (Paper)</li>');
  });
});

describe('toUnescaped and toEscaped', () => {
  it('bring text through a library that would escape, unescape or wrap it', () => {
    const text = '&amp; & <b> ]]>';
    const between = toUnescaped(text);
    expect(between).not.toMatch(/[&<>]/);
    expect(toEscaped(`<a b="${between}">`, { '&': '&amp;', '<': '&lt;', '>': '&gt;' })).toBe(
      '<a b="&amp;amp; &amp; &lt;b&gt; ]]&gt;">',
    );
  });
});
