import { describe, expect, it } from 'vitest';
import { isBeacon } from '../../src/normalise/beacons.ts';
import { dropBoilerplate } from '../../src/normalise/boilerplate.ts';
import { toCategories } from '../../src/normalise/categories.ts';
import { cutText, sliceWhole } from '../../src/normalise/clean-text.ts';
import { toEnclosures } from '../../src/normalise/enclosures.ts';
import { findLeadImage } from '../../src/normalise/lead-image.ts';
import { findMonth, foldWord } from '../../src/normalise/month-names.ts';
import { toPeople } from '../../src/normalise/people.ts';
import { resolveLinks } from '../../src/normalise/resolve-links.ts';
import { toAbsoluteSrcset } from '../../src/normalise/srcset.ts';
import { findZone, parseOffset } from '../../src/normalise/time-zones.ts';
import { findVideoPage } from '../../src/normalise/video-pages.ts';

const base = 'https://news.example/a/';

describe('toPeople', () => {
  it.each([
    [{ name: 'Jane Doe' }, { name: 'Jane Doe' }],
    [{ name: ' Jane\n Doe ' }, { name: 'Jane Doe' }],
    [{ name: 'jane@paper.example (Jane Doe)' }, { name: 'Jane Doe', email: 'jane@paper.example' }],
    [{ name: 'Jane Doe <jane@paper.example>' }, { name: 'Jane Doe', email: 'jane@paper.example' }],
    [{ name: 'Jane Doe (jane@paper.example)' }, { name: 'Jane Doe', email: 'jane@paper.example' }],
    [{ name: '"Doe, Jane" <jane@paper.example>' }, { name: 'Doe, Jane', email: 'jane@paper.example' }],
    [{ name: 'jane@paper.example' }, { name: 'jane', email: 'jane@paper.example' }],
    [{ email: 'mailto:jane@paper.example' }, { name: 'jane', email: 'jane@paper.example' }],
    [
      { name: 'Jane', email: 'jane@paper.example', url: '/jane' },
      { name: 'Jane', email: 'jane@paper.example', url: 'https://news.example/jane' },
    ],
    [{ name: 'Jane', email: 'not an address', url: 'javascript:alert(1)' }, { name: 'Jane' }],
    [{ name: 'By Jane Doe' }, { name: 'Jane Doe' }],
    [{ name: 'BY JANE DOE and JOHN ROE' }, { name: 'JANE DOE and JOHN ROE' }],
    [{ name: 'Byron' }, { name: 'Byron' }],
    [{ name: 'Reporter (Berlin)' }, { name: 'Reporter (Berlin)' }],
    [{ name: '<a href="/j">Jane &amp; Joe</a>' }, { name: 'Jane & Joe' }],
    [{ name: 'noreply@blogger.example (Jane Doe)' }, { name: 'Jane Doe' }],
  ])('reads %j as %j', (incoming, expected) => {
    expect(toPeople([incoming], base)).toEqual([expected]);
  });

  it('leaves out nobodies and repeats, and keeps what repeats add', () => {
    expect(
      toPeople([
        { name: '' },
        {},
        { name: ' ' },
        { name: 'noreply@blogger.example' },
        { email: 'no-reply@x.example' },
      ]),
    ).toEqual([]);
    expect(toPeople([{ name: 'Jane' }, { name: 'JANE', email: 'j@x.example' }, { name: 'Joe' }])).toEqual([
      { name: 'Jane', email: 'j@x.example' },
      { name: 'Joe' },
    ]);
    expect(toPeople(undefined)).toEqual([]);
  });

  it('stays within bounds', () => {
    const people = toPeople(
      Array.from({ length: 1000 }, (_, index) => ({ name: `${index} ${'x'.repeat(10_000)}` })),
    );
    expect(people).toHaveLength(20);
    expect(Math.max(...people.map(({ name }) => name.length))).toBeLessThanOrEqual(200);
    expect(toPeople([{ name: '('.repeat(1_000_000) }])).toHaveLength(1);
  });
});

describe('toCategories', () => {
  it('gives plain text, once whatever the case', () => {
    expect(toCategories(['World', ' world ', 'WORLD', 'A&amp;B', '<b>c</b>', '', 'Paris, Texas'])).toEqual([
      'World',
      'A&B',
      'c',
      'Paris, Texas',
    ]);
    expect(toCategories(undefined)).toEqual([]);
  });

  it('keeps fifty, and none of them an essay', () => {
    expect(toCategories(Array.from({ length: 1000 }, (_, index) => `c${index}`))).toHaveLength(50);
    expect(toCategories(['x'.repeat(101), 'y'.repeat(1_000_000), 'z'])).toEqual(['z']);
  });
});

describe('toEnclosures', () => {
  it('keeps what is sound', () => {
    expect(
      toEnclosures(
        [
          { url: '/a.mp3', type: 'Audio/MPEG; q=1', length: 12, title: '<b>A</b>', durationSeconds: 60 },
          { url: '/a.mp3', type: 'audio/ogg' },
          { url: 'javascript:alert(1)' },
          { url: 'https://x.example/b', type: 'nonsense', length: -1, durationSeconds: Number.NaN },
          { url: 'https://x.example/c', length: 0, durationSeconds: Number.POSITIVE_INFINITY },
          { url: 'https://x.example/d', length: 1e300 },
        ],
        base,
      ),
    ).toEqual([
      { url: 'https://news.example/a.mp3', type: 'audio/mpeg', length: 12, title: 'A', durationSeconds: 60 },
      { url: 'https://x.example/b' },
      { url: 'https://x.example/c' },
      { url: 'https://x.example/d' },
    ]);
    expect(toEnclosures(undefined)).toEqual([]);
    expect(
      toEnclosures(Array.from({ length: 100 }, (_, index) => ({ url: `https://x.example/${index}` }))),
    ).toHaveLength(20);
  });
});

describe('findLeadImage', () => {
  const none = { enclosures: [], contentHtml: '' };
  it('takes what the item names, then an enclosure, then the text', () => {
    const contentHtml = '<p>x</p><img src="https://x.example/in.jpg" alt="" />';
    const enclosures = [
      { url: 'https://x.example/a.mp3', type: 'audio/mpeg' },
      { url: 'https://x.example/enc.jpg?w=1' },
    ];
    expect(
      findLeadImage({ imageUrls: ['data:x', '/named.jpg'], enclosures, contentHtml, baseUrl: base }),
    ).toBe('https://news.example/named.jpg');
    expect(findLeadImage({ imageUrls: ['https://pixel.wp.com/x.gif'], enclosures, contentHtml })).toBe(
      'https://x.example/enc.jpg?w=1',
    );
    expect(findLeadImage({ ...none, contentHtml })).toBe('https://x.example/in.jpg');
    expect(findLeadImage(none)).toBeUndefined();
  });

  it('passes over icons, smileys and small pictures in the text', () => {
    const contentHtml = [
      '<img src="https://x.example/a.jpg" alt="" width="99" height="500" />',
      '<img src="https://s.example/images/emoji/1.png" alt="" />',
      '<img src="https://x.example/big.jpg?a=1&amp;b=2" alt="x > y" width="640" />',
    ].join('');
    expect(findLeadImage({ ...none, contentHtml })).toBe('https://x.example/big.jpg?a=1&b=2');
  });

  it('gets through a text of pictures', () => {
    expect(
      findLeadImage({
        ...none,
        contentHtml: '<img src="https://x.example/a.jpg" width="1" />'.repeat(20_000),
      }),
    ).toBeUndefined();
    expect(findLeadImage({ ...none, contentHtml: '<img '.repeat(100_000) })).toBeUndefined();
  });
});

describe('isBeacon', () => {
  it.each([
    'https://pixel.wp.com/g.gif',
    'https://feeds.feedburner.com/~ff/x',
    'https://www.facebook.com/tr?id=1',
    'https://x.example/count.gif',
    'https://www.google-analytics.com/collect',
  ])('knows %s', (url) => {
    expect(isBeacon(url)).toBe(true);
  });
  it.each([
    'https://x.example/photo.jpg',
    'https://www.facebook.com/photo.jpg',
    'https://notpixel.wp.com.example/',
    'https://evilstatcounter.com/x.jpg',
    'nonsense',
  ])('lets %s pass', (url) => {
    expect(isBeacon(url)).toBe(false);
  });
});

describe('toAbsoluteSrcset', () => {
  it.each([
    ['/a.png', 'https://news.example/a.png'],
    ['/a.png 1x, /b.png 2x', 'https://news.example/a.png 1x, https://news.example/b.png 2x'],
    ['/a.png 320w,/b.png 640w', 'https://news.example/a.png 320w, https://news.example/b.png 640w'],
    ['/a.png 1.5x', 'https://news.example/a.png 1.5x'],
    ['/a,b.png 1x', 'https://news.example/a,b.png 1x'],
    ['/a.png, /b.png 2x', 'https://news.example/a.png, https://news.example/b.png 2x'],
    ['javascript:alert(1) 1x, /b.png 2x', 'https://news.example/b.png 2x'],
    ['/a.png big, /b.png 2x', 'https://news.example/b.png 2x'],
    ['/a.png 0w, /b.png -1x, /c.png 1w 2x', undefined],
    ['data:image/png;base64,AA== 1x', undefined],
    ['', undefined],
    [' , , ', undefined],
  ])('reads %j as %j', (raw, expected) => {
    expect(toAbsoluteSrcset(raw, base)).toBe(expected);
  });
});

describe('findVideoPage', () => {
  it.each([
    ['https://www.youtube.com/embed/abcDEF12345?x=1', 'https://www.youtube.com/watch?v=abcDEF12345'],
    ['https://www.youtube-nocookie.com/embed/abcDEF12345', 'https://www.youtube.com/watch?v=abcDEF12345'],
    ['https://player.vimeo.com/video/12345?h=1', 'https://vimeo.com/12345'],
    ['https://youtube.com.evil.example/embed/abcDEF12345', undefined],
    ['https://www.youtube.com/embed/videoseries?list=x', undefined],
    ['https://maps.example/embed', undefined],
    ['nonsense', undefined],
    [undefined, undefined],
  ])('%j → %j', (frame, page) => {
    expect(findVideoPage(frame)).toBe(page);
  });
});

describe('resolveLinks', () => {
  it.each([
    ['<a href="/x">y</a>', '<a href="https://news.example/x">y</a>'],
    ["<a href='x'>y</a>", "<a href='https://news.example/a/x'>y</a>"],
    ['<img alt="/x" src=b.png>', '<img alt="/x" src="https://news.example/a/b.png">'],
    ['<a href="mailto:a@b.example">x</a>', '<a href="mailto:a@b.example">x</a>'],
    ['<a href="HTTP://x.example">x</a>', '<a href="HTTP://x.example">x</a>'],
    ['href="/x"', 'href="/x"'],
    ['<object data="m.mov"></object>', '<object data="https://news.example/a/m.mov"></object>'],
    ['<a data-src="/x">y</a>', '<a data-src="/x">y</a>'],
  ])('%j → %j', (html, expected) => {
    expect(resolveLinks(html, base)).toBe(expected);
  });
  it('leaves everything without a base', () => {
    expect(resolveLinks('<a href="/x">y</a>', 'nonsense')).toBe('<a href="/x">y</a>');
  });
  it.each(['<a ', '<a href=', '<a href="', ' href=" ', '<', '<a href=x '])(
    'gets through %j times many',
    (unit) => {
      const html = unit.repeat(200_000);
      expect(resolveLinks(html, base).length).toBeGreaterThanOrEqual(html.length);
    },
  );
});

describe('cutText and sliceWhole', () => {
  it('leave short texts and never grow', () => {
    expect(cutText('short', 10)).toBe('short');
    expect(cutText('one two three four', 10)).toBe('one two…');
    expect(cutText('One two. Three four', 12)).toBe('One two.');
    expect(cutText('0123456789abc', 10)).toBe('012345678…');
    expect(sliceWhole('a😀', 2)).toBe('a');
    expect(sliceWhole('a😀', 3)).toBe('a😀');
  });
});

describe('dropBoilerplate', () => {
  it('is linear in what it looks at', () => {
    for (const unit of [
      'Read more ',
      '[…]',
      'The post ',
      ' appeared first on ',
      'Continue reading ',
      '.',
      '→',
    ]) {
      expect(dropBoilerplate(unit.repeat(100_000)).length).toBeLessThanOrEqual(unit.length * 100_000);
    }
  });
});

describe('findMonth', () => {
  it('knows names, cases and short forms', () => {
    for (const [word, month] of [
      ['März', 3],
      ['févr.', 2],
      ['juil.', 7],
      ['Sept', 9],
      ['мая', 5],
      ['июл', 7],
      ['grudnia', 12],
      ['Ιουν', 6],
      ['mar', 3],
      ['Kasım', 11],
    ] as const) {
      expect([word, findMonth(foldWord(word))]).toEqual([word, month]);
    }
  });
  it('does not guess', () => {
    for (const word of ['ju', 'ma', 'jui', 'foo', 'monday', 'may5', ''])
      expect(findMonth(foldWord(word))).toBeUndefined();
  });
});

describe('zones', () => {
  it('reads names and offsets', () => {
    expect(findZone('est')).toBe(-300);
    expect(findZone('CEST')).toBe(120);
    expect(findZone('A')).toBe(0);
    expect(findZone('J')).toBeUndefined();
    expect(findZone('QQQQ')).toBe(0);
    expect(findZone('yesterday')).toBeUndefined();
    expect(parseOffset('+0530')).toBe(330);
    expect(parseOffset('-08:00')).toBe(-480);
    expect(parseOffset('+2')).toBe(120);
    expect(parseOffset('+2500')).toBeUndefined();
    expect(parseOffset('0200')).toBeUndefined();
  });
});
