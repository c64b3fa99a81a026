import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toAbsoluteUrl, toCanonicalUrl, urlLimit } from '../../src/normalise/urls.ts';

const base = 'https://news.example/world/index.xml';

describe('toAbsoluteUrl', () => {
  it.each([
    ['https://a.example/x', 'https://a.example/x'],
    ['HTTPS://A.Example/X', 'https://a.example/X'],
    ['//a.example/x', 'https://a.example/x'],
    ['/x', 'https://news.example/x'],
    ['x', 'https://news.example/world/x'],
    ['../x', 'https://news.example/x'],
    ['?page=2', 'https://news.example/world/index.xml?page=2'],
    ['#a', 'https://news.example/world/index.xml#a'],
    ['  https://a.example/x \n', 'https://a.example/x'],
    ['\n\t https://a.example/\n   long/\r\n   path', 'https://a.example/long/path'],
    ['<https://a.example/x>', 'https://a.example/x'],
    ['“https://a.example/x”', 'https://a.example/x'],
    ['https://a.example/a b', 'https://a.example/a%20b'],
    ['https://a.example/?a=1&amp;b=2', 'https://a.example/?a=1&b=2'],
    ['feed://a.example/x', 'http://a.example/x'],
    ['feed:https://a.example/x', 'https://a.example/x'],
    ['feed:http://a.example/x', 'http://a.example/x'],
    ['www.a.example/x', 'http://www.a.example/x'],
    ['https://bücher.example/straße?q=ä', 'https://xn--bcher-kva.example/stra%C3%9Fe?q=%C3%A4'],
    ['https://例え.example/記事', 'https://xn--r8jz45g.example/%E8%A8%98%E4%BA%8B'],
    ['https://user:secret@a.example/x', 'https://a.example/x'],
    ['https://a.example\\x', 'https://a.example/x'],
    ['http:/a.example/x', 'http://a.example/x'],
    ['https://[2001:db8::1]/x', 'https://[2001:db8::1]/x'],
  ])('makes %j absolute', (raw, expected) => {
    expect(toAbsoluteUrl(raw, base)).toBe(expected);
  });

  it.each([
    '',
    '  ',
    'javascript:alert(1)',
    ' JaVaScRiPt:alert(1)',
    'java\nscript:alert(1)',
    '\u0001javascript:alert(1)',
    'feed:javascript:alert(1)',
    'data:text/html,x',
    'vbscript:x',
    'blob:https://a.example/1',
    'file:///etc/passwd',
    'ftp://a.example/x',
    'mailto:a@b.example',
    'tel:+123',
    'about:blank',
    'urn:uuid:1',
    'tag:a.example,2026:x',
    'https://',
    'https://a b.example/',
    'https://a.example:99999/',
    `https://a.example/${'x'.repeat(urlLimit)}`,
    `${' '.repeat(10_000_000)}x`,
  ])('refuses %j', (raw) => {
    expect(toAbsoluteUrl(raw, base)).toBeUndefined();
  });

  it('needs a base for a relative address, and survives a bad one', () => {
    expect(toAbsoluteUrl('/x')).toBeUndefined();
    expect(toAbsoluteUrl('/x', 'nonsense')).toBeUndefined();
    expect(toAbsoluteUrl('https://a.example/x', 'nonsense')).toBe('https://a.example/x');
    expect(toAbsoluteUrl(undefined, base)).toBeUndefined();
  });
});

describe('toCanonicalUrl', () => {
  it.each<[url: string, expected: string]>([
    ['https://a.example/x', 'https://a.example/x'],
    ['http://a.example/x', 'https://a.example/x'],
    ['HTTP://A.Example:80/x', 'https://a.example/x'],
    ['https://a.example:443/x', 'https://a.example/x'],
    ['http://a.example:443/x', 'https://a.example/x'],
    ['https://a.example:8443/x', 'https://a.example:8443/x'],
    ['https://a.example./x', 'https://a.example/x'],
    ['https://www.a.example/x', 'https://www.a.example/x'],
    ['https://a.example', 'https://a.example/'],
    ['https://a.example/', 'https://a.example/'],
    ['https://a.example/x/', 'https://a.example/x'],
    ['https://a.example/x//', 'https://a.example/x'],
    ['https://a.example/x/?a=1', 'https://a.example/x?a=1'],
    ['https://a.example/x?', 'https://a.example/x'],
    ['https://a.example/x#comments', 'https://a.example/x'],
    ['https://a.example/x#xtor=RSS-1', 'https://a.example/x'],
    ...[
      'xtor=RSS-1',
      'xtor-RSS-1',
      ':~:text=some%20words',
      'main',
      'Content',
      'top',
      'respond',
      'more-123',
      '%6dain',
      'tk.rss_all',
      '.VtCA1eS6',
      'utm_source=rss',
      '',
    ].map((fragment): [string, string] => [`https://a.example/x#${fragment}`, 'https://a.example/x']),
    ['https://a.example/notes#November_20_2026', 'https://a.example/notes#November_20_2026'],
    ['https://a.example/x.html?a=1#00123', 'https://a.example/x.html?a=1#00123'],
    ['https://a.example/x/#comment-5', 'https://a.example/x#comment-5'],
    ['https://a.example/x#%4eote-%c3%a4', 'https://a.example/x#Note-%C3%A4'],
    ['https://www.google.com/amp/s/a.example/some-story#v2', 'https://a.example/some-story#v2'],
    ['https://a.example/#!/story/1', 'https://a.example/#!/story/1'],
    ['https://a.example/#/story/1', 'https://a.example/#/story/1'],
    ['https://a.example/x?utm_source=rss&utm_medium=feed', 'https://a.example/x'],
    ['https://a.example/x?b=2&UTM_Source=rss&a=1', 'https://a.example/x?b=2&a=1'],
    ['https://a.example/x?utm%5Fsource=rss&a=1', 'https://a.example/x?a=1'],
    ['https://a.example/x?fbclid=1&gclid=2&mc_cid=3&mc_eid=4&ref_src=twsrc', 'https://a.example/x'],
    ['https://a.example/x?at_medium=RSS&at_campaign=rss', 'https://a.example/x'],
    ['https://a.example/x?ns_mchannel=rss&ns_campaign=y&cmpid=z', 'https://a.example/x'],
    ['https://a.example/x?traffic_source=rss', 'https://a.example/x'],
    ['https://a.example/x?source=rss-abc------2', 'https://a.example/x'],
    ['https://a.example/x?source=press', 'https://a.example/x?source=press'],
    ['https://a.example/x?cmp=rss_feed&mbid=social_x&taid=top-story&trk=feed', 'https://a.example/x'],
    ['https://a.example/x?spm=a2g0o.home.0.0', 'https://a.example/x'],
    ['https://a.example/x?pk_campaign=rss&ga_source=y&trk_msg=z&ns_source=q', 'https://a.example/x'],
    ...[
      'cmp=12',
      'mbid=0b7c1d1e-4a4b-4d3c-9a55-0123456789ab',
      'taid=5f3a',
      'trk=3',
      'spm=5',
      'trk_id=1',
      'pk_id=1',
      'ga_id=1',
      'ns_id=1',
    ].map((query): [string, string] => [`https://a.example/x?${query}`, `https://a.example/x?${query}`]),
    ['https://a.example/x?ref=rss', 'https://a.example/x'],
    ['https://a.example/x?ref=chapter-2', 'https://a.example/x?ref=chapter-2'],
    ['https://a.example/x?id=5&&', 'https://a.example/x?id=5'],
    ['https://a.example/x?q=a+b&q=c', 'https://a.example/x?q=a+b&q=c'],
    ['https://a.example/x?flag', 'https://a.example/x?flag'],
    ['https://a.example/%7Ejoe/%e4%b8%96', 'https://a.example/~joe/%E4%B8%96'],
    ['https://a.example/100%', 'https://a.example/100%25'],
    ['https://a.example/a%2Fb', 'https://a.example/a%2Fb'],
    ['https://bücher.example/x', 'https://xn--bcher-kva.example/x'],
    // AMP
    ['https://a.example/2026/02/some-story/amp', 'https://a.example/2026/02/some-story'],
    ['https://a.example/2026/02/some-story/amp/', 'https://a.example/2026/02/some-story'],
    ['https://a.example/amp/some-story', 'https://a.example/some-story'],
    ['https://a.example/some-story.amp', 'https://a.example/some-story'],
    ['https://a.example/some-story.amp.html', 'https://a.example/some-story.html'],
    ['https://a.example/some-story?outputType=amp', 'https://a.example/some-story'],
    ['https://a.example/some-story?amp=1&id=2', 'https://a.example/some-story?id=2'],
    ['https://a.example/some-story?amp', 'https://a.example/some-story'],
    ['https://amp.paper.com/a-b', 'https://www.paper.com/a-b'],
    ['https://amp.news.paper.co.uk/a-b', 'https://news.paper.co.uk/a-b'],
    ['https://www.google.com/amp/s/a.example/some-story/amp/', 'https://a.example/some-story'],
    ['https://www.google.co.uk/amp/s/amp.paper.com/a-b?utm_source=x', 'https://www.paper.com/a-b'],
    ['https://a-example.cdn.ampproject.org/c/s/a.example/some-story', 'https://a.example/some-story'],
    [
      'https://www.google.com/url?rct=j&url=https%3A%2F%2Fa.example%2Fx%3Futm_source%3Dy&ct=ga',
      'https://a.example/x',
    ],
    // What only looks like AMP
    ['https://shop.example/products/amp', 'https://shop.example/products/amp'],
    ['https://shop.example/amp', 'https://shop.example/amp'],
    ['https://shop.example/amp/tubes', 'https://shop.example/amp/tubes'],
    ['https://a.example/x?amp=marshall', 'https://a.example/x?amp=marshall'],
    ['https://www.google.com/search?q=x', 'https://www.google.com/search?q=x'],
    [
      'https://www.google.com/url?url=javascript:alert(1)',
      'https://www.google.com/url?url=javascript:alert(1)',
    ],
  ])('gives %j as %j', (url, expected) => {
    expect(toCanonicalUrl(url)).toBe(expected);
  });

  it('refuses what is no http address', () => {
    for (const url of ['', 'x', '/x', 'mailto:a@b.example', 'javascript:1', 'tag:x,2026:y']) {
      expect(toCanonicalUrl(url)).toBeUndefined();
    }
  });

  it('keeps apart what differs in path, query or host', () => {
    const urls = [
      'https://a.example/x',
      'https://a.example/y',
      'https://a.example/x?id=1',
      'https://a.example/X',
      'https://b.example/x',
    ];
    expect(new Set(urls.map(toCanonicalUrl)).size).toBe(urls.length);
  });

  it('stays quick on hostile addresses', () => {
    for (const unit of [
      '/',
      '%',
      '%25',
      '&',
      '?',
      '=',
      '/amp',
      '/a-b/amp',
      '.',
      '&utm_=',
      '%2F',
      '#',
      '?cmp=1',
    ]) {
      const url = `https://a.example/${unit.repeat(Math.floor(4000 / unit.length))}`;
      const canonical = toCanonicalUrl(url);
      expect(canonical === undefined ? undefined : toCanonicalUrl(canonical)).toBe(canonical);
    }
  });

  const piece = fc.oneof(
    fc.constantFrom(
      '/',
      '//',
      '.',
      '..',
      '%',
      '%41',
      '%2',
      '%zz',
      '?',
      '&',
      '=',
      '#',
      '#!',
      '#/',
      '#a',
      '#%2E',
      '%6dain',
      'main',
      'amp',
      '/amp/',
      '.amp',
      '.amp.html',
      'some-story',
    ),
    fc.constantFrom(
      'utm_source=x',
      'ref=rss',
      'a=1',
      'www.',
      'amp.',
      'google.com',
      '/amp/s/',
      '/url?url=https://',
      'b.example',
      ':80',
      ':443',
      '@',
      ' ',
      'ä',
    ),
    fc.string({ maxLength: 6 }),
  );

  it('is idempotent', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('https://a.example', 'http://amp.b.com', 'https://www.google.com/amp/s'),
        fc.array(piece, { maxLength: 12 }),
        (start, parts) => {
          const once = toCanonicalUrl(start + parts.join(''));
          if (once === undefined || once.length > urlLimit) return;
          expect(toCanonicalUrl(once)).toBe(once);
          expect(new URL(once).href).toBe(once);
        },
      ),
      { numRuns: 3000 },
    );
  });
});
