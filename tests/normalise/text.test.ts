import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  summaryLimit,
  titleLimit,
  toHtmlParagraphs,
  toPlainText,
  toSummary,
} from '../../src/normalise/text.ts';

const unwanted =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: their absence is what is tested
  /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]|\p{Cs}/u;
const fromHtml = (value: string) => toPlainText({ value, kind: 'html' });
const fromText = (value: string) => toPlainText({ value, kind: 'text' });
const summaryOf = (value: string) => toSummary({ value, kind: 'html' });

describe('toPlainText', () => {
  it.each([
    ['plain', 'plain'],
    ['  folds \n\t white\u00a0space ', 'folds white space'],
    ['AT&amp;T', 'AT&T'],
    ['AT&T', 'AT&T'],
    ['Tom & Jerry', 'Tom & Jerry'],
    ['Q&amp;amp;A', 'Q&A'],
    ['It&amp;#8217;s', 'It’s'],
    ['It&#8217;s &hellip;', 'It’s …'],
    ['It&#146;s', 'It’s'],
    ['&nbsp;x&nbsp;', 'x'],
    ['a & b &amp; c', 'a & b & c'],
    ['R&amp;D & Q&amp;amp;A', 'R&D & Q&amp;A'],
    ['1 <b>x</b>', '1 x'],
    ['<p>One</p><p>Two</p>', 'One Two'],
    ['One<br>Two', 'One Two'],
    ['H<sub>2</sub>O', 'H2O'],
    ['a < b', 'a < b'],
    ['a<b and c>d', 'ad'],
    ['I <3 feeds', 'I <3 feeds'],
    ['1 < 2 > 0', '1 < 2 > 0'],
    ['x <b and c', 'x <b and c'],
    ['cut <a href="https://a.exam', 'cut'],
    ['cut <img', 'cut'],
    ['Vec<T> and <Enter>', 'Vec<T> and <Enter>'],
    ['a<my-tag>b</my-tag>', 'ab'],
    ['a<o:p></o:p>b', 'ab'],
    ['The &lt;video&gt; tag', 'The <video> tag'],
    ['The <title> element', 'The <title> element'],
    ['Use <div> for layout', 'Use <div> for layout'],
    ['List<a> in C', 'List<a> in C'],
    ['The <script> tag', 'The <script> tag'],
    ['Use <b> or <blockquote>so</blockquote>', 'Use <b> or so'],
    ['One<br/>Two<wbr>s<hr>', 'One Twos'],
    ['<p class="x">One', 'One'],
    ['<EM>Very</EM > odd', 'Very odd'],
    ['&lt;b&gt;Bold&lt;/b&gt; news', 'Bold news'],
    ['<a title="x > y" href=z>link</a>', 'link'],
    ["<a title='x > y'>link</a>", 'link'],
    ['<a title="unclosed>link</a> rest', 'link rest'],
    ['a<!-- no -->b', 'ab'],
    ['a<!-- unclosed', 'a'],
    ['<![CDATA[Really]]> now', 'Really now'],
    ['<?php echo 1 ?>x', 'x'],
    ['a<script>if (x < 1) alert("</b>")</script>b', 'a b'.replace(' ', '')],
    ['a<STYLE>p{}</STYLE >b', 'ab'],
    ['wow!! <!', 'wow!! <!'],
    ['', ''],
    ['<p></p>', ''],
    ['\u202eevil\u202c\u2066x\u2069', 'evilx'],
    ['a\u0000b\u0007c&#7;', 'abc'],
    ['a\u200bb\ufeffc\u00add', 'abcd'],
    ['\ud83d half', 'half'],
    ['👨‍👩‍👧 family', '👨‍👩‍👧 family'],
    ['می‌خواهم', 'می‌خواهم'],
    ['line\u2028separator', 'line separator'],
  ])('reads HTML %j as %j', (html, expected) => {
    expect(fromHtml(html)).toBe(expected);
  });

  it.each([
    ['1 <b>x</b>', '1 <b>x</b>'],
    ['a &amp; b', 'a & b'],
    ['It&#8217;s', 'It’s'],
    ['&quot;Yes&quot; &#x2014; she&rsquo;s &amp; he&#039;s&hellip;', '"Yes" — she’s & he\'s…'],
    ['Replace &nbsp; and &amp; with spaces', 'Replace &nbsp; and &amp; with spaces'],
    ['The &lt; sign', 'The &lt; sign'],
    ['a & b &amp; c', 'a & b &amp; c'],
    ['AT&T', 'AT&T'],
    [' two\nlines ', 'two lines'],
  ])('reads text %j as %j', (text, expected) => {
    expect(fromText(text)).toBe(expected);
  });

  it('reads as far as the longest text that is asked for needs', () => {
    const html = '<p>word</p>\n'.repeat(25_000);
    expect(toPlainText({ value: html, kind: 'html' }, 100_000).length).toBeGreaterThan(99_000);
  });

  it('sees formatting that was escaped once too often, near and far', () => {
    expect(fromHtml(`&lt;b&gt;${'x '.repeat(99)}&lt;/b&gt;`)).not.toContain('<');
    expect(fromHtml('&lt;b&gt; and &lt;blockquote&gt;&lt;/x&gt;')).toBe('<b> and <blockquote></x>');
    const unclosed = fromHtml(`${'&lt;b&gt;'.repeat(3333)}&lt;/x`);
    expect(unclosed).toMatch(/^(?:<b>)+…?/);
  });

  it('gives nothing for nothing', () => {
    expect(toPlainText(undefined)).toBe('');
  });

  it('cuts a title of a megabyte at a word', () => {
    const title = fromHtml('word '.repeat(200_000));
    expect(title.length).toBeLessThanOrEqual(titleLimit);
    expect(title).toMatch(/word…$/);
    expect(fromHtml('x'.repeat(1_000_000))).toHaveLength(titleLimit);
  });

  it('never cuts a character in two', () => {
    for (let pad = 0; pad < 4; pad++)
      expect(fromHtml(`${'x'.repeat(pad)}${'😀'.repeat(700)}`)).not.toMatch(/\p{Cs}/u);
  });

  it.each(
    [
      '<',
      '<a ',
      '<a href="',
      '<!--',
      '<![CDATA[',
      '<script>',
      '</',
      '<?',
      '&',
      '&amp;',
      '&#',
      '"',
      '<b',
      '< b',
      '<a "',
      `<a '`,
      '\u202e',
      '\ud800',
      ' ',
      '<b></b>',
    ].map((unit) => [unit]),
  )('gets through a million of %j', (unit) => {
    const text = fromHtml(unit.repeat(1_000_000));
    expect(text.length).toBeLessThanOrEqual(titleLimit);
    expect(toSummary({ value: `x ${unit.repeat(1_000_000)}`, kind: 'html' }).length).toBeLessThanOrEqual(
      summaryLimit,
    );
  });

  it('holds one line without controls, whatever comes in', () => {
    const anything = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc
        .array(
          fc.constantFrom(
            '<',
            '>',
            '&',
            ';',
            '#',
            'x1;',
            'lt',
            'amp;',
            '<b>',
            '</b>',
            '\n',
            '\u0000',
            '\ud800',
            '"',
            'a ',
          ),
        )
        .map((parts) => parts.join('')),
    );
    fc.assert(
      fc.property(anything, fc.constantFrom('text' as const, 'html' as const), (value, kind) => {
        const text = toPlainText({ value, kind });
        expect(text).not.toMatch(unwanted);
        expect(text).toBe(text.trim());
      }),
      { numRuns: 3000 },
    );
  });
});

describe('toSummary', () => {
  it.each([
    ['<p>The talks go on. [&#8230;]</p>', 'The talks go on.'],
    ['The talks go on [...]', 'The talks go on'],
    ['The talks go on… <a href="x">Continue reading</a>', 'The talks go on…'],
    ['The talks go on. <a href="x">Continue reading...</a>', 'The talks go on.'],
    ['The talks go on. <a href="x">Continue reading The Talks &rarr;</a>', 'The talks go on.'],
    [
      '<p>The talks go on.</p><p>The post <a href="x">Talks</a> appeared first on <a href="y">Paper</a>.</p>',
      'The talks go on.',
    ],
    ['<p>The talks go on.</p><p>Read more</p>', 'The talks go on.'],
    ['The talks go on. <a>Read more &raquo;</a>', 'The talks go on.'],
    ['Die Gespräche gehen weiter. <a>Weiterlesen</a>', 'Die Gespräche gehen weiter.'],
    ['Der Rat tagt. Der Beitrag <a>Rat</a> erschien zuerst auf <a>Blatt</a>.', 'Der Rat tagt.'],
    ['Les pourparlers continuent… <a>Lire la suite</a>', 'Les pourparlers continuent…'],
    ['Siguen las conversaciones. La entrada Paz se publicó primero en Diario.', 'Siguen las conversaciones.'],
    [
      'All about the inquiry, plus the latest news <a>Continue reading...</a>',
      'All about the inquiry, plus the latest news',
    ],
    ['They asked for more...', 'They asked for more...'],
    ['He told them to read more', 'He told them to read more'],
    ['They asked for more', 'They asked for more'],
    ['The post office appeared first in 1840.', 'The post office appeared first in 1840.'],
    [
      'The post office closed. It appeared first on Monday.',
      'The post office closed. It appeared first on Monday.',
    ],
    [
      `Long ago. The post Office appeared first on ${'the list of all things '.repeat(6)}`.trim(),
      `Long ago. The post Office appeared first on ${'the list of all things '.repeat(6)}`.trim(),
    ],
    ['Talks go on. The post iPhone news appeared first on Paper.', 'Talks go on.'],
    ['The post Talks appeared first on Paper.', ''],
    ['One should keep reading', 'One should keep reading'],
    ['<ul><li>One</li><li>Two</li></ul>', 'One Two'],
    ['Read more', ''],
    ['<img src="x.png">', ''],
    ['', ''],
  ])('sums up %j as %j', (html, expected) => {
    expect(summaryOf(html)).toBe(expected);
  });

  it('reads on behind a picture inside the text', () => {
    const data = `data:image/png;base64,${'A'.repeat(1_500_000)}`;
    for (const source of [data, data.replace('AAAA', 'AA\r\nAA'), data.toUpperCase()]) {
      expect(summaryOf(`<img src="${source}"><p>All of the text.</p>`)).toBe('All of the text.');
    }
    expect(summaryOf(`data:${'語'.repeat(200)} ${'b '.repeat(70_000)}`)).toMatch(/^data:語/);
  });

  it('cuts at a sentence when that keeps most of it', () => {
    const sentence =
      'The ministers met for a third day of talks on the new border treaty in the old capital. ';
    const summary = summaryOf(sentence.repeat(10));
    expect(summary).toBe(sentence.repeat(3).trim());
  });

  it('cuts at a word when there is no sentence', () => {
    const summary = summaryOf('word '.repeat(200));
    expect(summary).toMatch(/ word…$/);
    expect(summary.length).toBeLessThanOrEqual(summaryLimit);
  });

  it('does not take a decimal point at the edge for the end of a sentence', () => {
    const summary = summaryOf(`${'a'.repeat(250)} ${'b'.repeat(46)} 3.5 per cent`);
    expect(summary).not.toMatch(/3\.$/);
  });

  it('cuts text without spaces', () => {
    expect(summaryOf('語'.repeat(1000))).toBe(`${'語'.repeat(summaryLimit - 1)}…`);
    expect(summaryOf(`${'語'.repeat(250)}。${'語'.repeat(250)}`)).toBe(`${'語'.repeat(250)}。`);
  });
});

describe('toHtmlParagraphs', () => {
  it.each([
    ['One\ntwo\n\nThree', '<p>One<br />two</p><p>Three</p>'],
    ['One\r\n\r\n\r\nTwo', '<p>One</p><p>Two</p>'],
    ['a < b & c', '<p>a &lt; b &amp; c</p>'],
    ['<script>alert(1)</script>', '<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>'],
    [' \n ', ''],
    ['', ''],
  ])('writes %j as %j', (text, expected) => {
    expect(toHtmlParagraphs(text)).toBe(expected);
  });
});
