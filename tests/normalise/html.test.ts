import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { htmlLimit, sanitiseHtml } from '../../src/normalise/html.ts';

const base = 'https://news.example/2026/story.html';

/** True when nothing in the output could run, load a frame, or leave http(s). */
function expectHarmless(output: string): void {
  expect(output).not.toMatch(
    /<\/?(?:script|style|iframe|object|embed|form|svg|math|link|meta|base|input|button|textarea|template|noscript|title|xmp|select)\b/i,
  );
  for (const [tag] of output.matchAll(/<[a-z][^>]*>/gi)) {
    const bare = tag.replace(/"[^"]*"/g, '""');
    expect(bare).not.toMatch(/\son\w+\s*=/i);
    expect(bare).not.toMatch(/\s(?:style|class|id|srcdoc|formaction|ping|background)\s*=/i);
    for (const [, name, value] of tag.matchAll(/\s(href|src|poster|cite|srcset)="([^"]*)"/gi)) {
      expect(`${name}=${value}`).toMatch(name === 'href' ? /^href=(?:https?:\/\/|mailto:)/ : /=https?:\/\//);
    }
  }
  // biome-ignore lint/suspicious/noControlCharactersInRegex: their absence is what is tested
  expect(output).not.toMatch(/[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]|\p{Cs}/u);
}

const kept: [name: string, html: string, expected: string][] = [
  ['a paragraph', '<p>One <em>two</em></p>', '<p>One <em>two</em></p>'],
  ['a first heading as a second', '<h1>One</h1><h2>Two</h2>', '<h2>One</h2><h2>Two</h2>'],
  ['unclosed paragraphs', '<p>One<p>Two', '<p>One</p><p>Two</p>'],
  ['unclosed list items', '<ul><li>a<li>b</ul>', '<ul><li>a</li><li>b</li></ul>'],
  [
    'a relative link',
    '<a href="../x?a=1&amp;b=2">x</a>',
    '<a href="https://news.example/x?a=1&amp;b=2" rel="nofollow noopener">x</a>',
  ],
  [
    'a mail link',
    '<a href="mailto:a@b.example">x</a>',
    '<a href="mailto:a@b.example" rel="nofollow noopener">x</a>',
  ],
  [
    'a foreign rel and target',
    '<a href="/x" rel="opener" target="_top">x</a>',
    '<a href="https://news.example/x" rel="nofollow noopener">x</a>',
  ],
  ['a footnote link', '<a href="#fn1">1</a>', `<a href="${base}#fn1" rel="nofollow noopener">1</a>`],
  [
    'a picture',
    '<img src="a.png" alt="A &quot;b&quot;" width="640px" height="50%">',
    '<img src="https://news.example/2026/a.png" alt="A &quot;b&quot;" width="640" />',
  ],
  [
    'a set of pictures',
    '<img src="/a.png" srcset="/a.png 1x, b,c.png 2x">',
    '<img src="https://news.example/a.png" srcset="https://news.example/a.png 1x, https://news.example/2026/b,c.png 2x" alt="" />',
  ],
  [
    'a late picture',
    '<img src="data:image/gif;base64,R0" data-src="/real.jpg">',
    '<img src="https://news.example/real.jpg" alt="" />',
  ],
  [
    'a late picture behind a blank',
    '<img src="/img/blank.gif" data-lazy-src="/real.jpg">',
    '<img src="https://news.example/real.jpg" alt="" />',
  ],
  [
    'one copy of a late picture and its noscript twin',
    '<img src="data:x" data-src="/a.jpg"><noscript><img src="/a.jpg"></noscript>',
    '<img src="https://news.example/a.jpg" alt="" />',
  ],
  [
    'a picture that has only a set',
    '<img srcset="/a.png 1x">',
    '<img src="https://news.example/a.png" srcset="https://news.example/a.png 1x" alt="" />',
  ],
  [
    'sections as divisions',
    '<article><section lang="de">x</section></article>',
    '<div><div lang="de">x</div></div>',
  ],
  ['text of a span', '<span style="color:red">x</span>', 'x'],
  ['direction of a span', '<span dir="rtl" class="x">x</span>', '<span dir="rtl">x</span>'],
  [
    'a quotation',
    '<blockquote cite="/src">x</blockquote>',
    '<blockquote cite="https://news.example/src">x</blockquote>',
  ],
  [
    'a film, with controls and quiet',
    '<video src="/v.mp4" autoplay loop onplay="x()"></video>',
    '<video src="https://news.example/v.mp4" controls preload="none"></video>',
  ],
  [
    'sound with sources',
    '<audio><source src="/a.mp3" type="audio/mpeg"></audio>',
    '<audio controls preload="none"><source src="https://news.example/a.mp3" type="audio/mpeg" /></audio>',
  ],
  [
    'a known film frame as a link',
    '<iframe src="//www.youtube.com/embed/abcDEF12345?x=1"></iframe>',
    '<a href="https://www.youtube.com/watch?v=abcDEF12345" rel="nofollow noopener">https://www.youtube.com/watch?v=abcDEF12345</a>',
  ],
  [
    'a table',
    '<table><tr><td colspan="2" style="x">a</td></tr></table>',
    '<table><tr><td colspan="2">a</td></tr></table>',
  ],
  ['code', '<pre><code>a &lt; b\n  c</code></pre>', '<pre><code>a &lt; b\n  c</code></pre>'],
  ['plain text', 'a > b', 'a &gt; b'],
  ['bare ampersands', 'Q&A <b>x</b>', 'Q&amp;A <b>x</b>'],
  [
    'an escaped tag as text',
    '&lt;script&gt;alert(1)&lt;/script&gt;',
    '&lt;script&gt;alert(1)&lt;/script&gt;',
  ],
  [
    'details',
    '<details open><summary>a</summary>b</details>',
    '<details open><summary>a</summary>b</details>',
  ],
  ['nothing', '', ''],
  ['blanks', ' \n ', ''],
];

const dropped: [name: string, html: string, expected: string][] = [
  ['a script', 'a<script>alert(1)</script>b', 'ab'],
  ['a style', 'a<style>p{}</style>b', 'ab'],
  ['a frame', 'a<iframe src="https://ads.example/"><p>x</p></iframe>b', 'ab'],
  ['a link without address', '<a name="x">x</a>', 'x'],
  ['a relative link of another scheme', '<a href="ftp://x/y">x</a>', 'x'],
  ['a picture without address', 'a<img alt="x">b', 'ab'],
  ['a picture of inline data', 'a<img src="data:image/png;base64,AAAA">b', 'ab'],
  ['a tracking pixel', 'a<img src="https://x.example/t" width="1" height="1">b', 'ab'],
  ['a tracking pixel by style', 'a<img src="https://x.example/t" style="width: 1px; height:1px">b', 'ab'],
  ['an invisible picture', 'a<img src="https://x.example/t" style="display:none">b', 'ab'],
  ['a beacon by host', 'a<img src="https://pixel.wp.com/g.gif?x=1">b', 'ab'],
  ['a beacon by path', 'a<img src="http://feeds.feedburner.com/~r/x/~4/y">b', 'ab'],
  [
    'a form, but its text',
    '<form action="/x"><label>a</label><input name="q"><button>go</button></form>',
    'a',
  ],
  ['a drawing', 'a<svg><text>x</text></svg>b', 'ab'],
  ['a formula', 'a<math><mi>x</mi></math>b', 'ab'],
  ['a comment', 'a<!-- x -->b', 'ab'],
  ['a conditional comment', 'a<!--[if IE]><script>x</script><![endif]-->b', 'ab'],
  ['control characters', 'a\u0000\u0001\u001fb &#1;&#2; <b>\u202ex</b>', 'ab  <b>x</b>'],
  ['half a surrogate pair', 'a\ud83d b<b></b>', 'a b<b></b>'],
];

const hostile = [
  '<a href="javascript:alert(1)">x</a>',
  '<a href=" \u0001javascript:alert(1)">x</a>',
  '<a href="java\nscript:alert(1)">x</a>',
  '<a href="jav&#x09;ascript:alert(1)">x</a>',
  '<a href="&#106;&#97;vascript:alert(1)">x</a>',
  '<a href="&#0000106avascript&colon;alert(1)">x</a>',
  '<a href="JaVaScRiPt:alert(1)">x</a>',
  '<a href="vbscript:msgbox(1)">x</a>',
  '<a href="data:text/html,<script>alert(1)</script>">x</a>',
  '<a href="feed:javascript:alert(1)">x</a>',
  '<a href="view-source:https://x">x</a>',
  '<a href="blob:https://x/1">x</a>',
  '<a href="mailto:a@b.example" onclick="alert(1)">x</a>',
  '<a xlink:href="javascript:alert(1)" href="/ok">x</a>',
  '<a href="/x" onmouseover=alert(1)>x</a>',
  '<a href="/x"onmouseover="alert(1)">x</a>',
  '<a/href="javascript:alert(1)"/onclick=alert(1)>x</a>',
  '<img src=x onerror=alert(1)>',
  '<img src="javascript:alert(1)">',
  '<img srcset="javascript:alert(1) 1x, data:x 2x">',
  '<img src=/x srcset="/x 1x, javascript:alert(1) 2x">',
  '<img/src="/x"/onerror=alert(1)>',
  '<img src="/x" alt="`"onerror=alert(1)//">',
  '<IMG """><SCRIPT>alert(1)</SCRIPT>">',
  '<video poster="javascript:alert(1)" src=x onloadstart=alert(1)><source onerror=alert(1) src=x></video>',
  '<audio src=x onerror=alert(1)>',
  '<details open ontoggle=alert(1)>x</details>',
  '<body onload=alert(1)>x',
  '<svg onload=alert(1)>',
  '<svg><script>alert(1)</script></svg>',
  '<svg><a xlink:href="javascript:alert(1)"><text>x</text></a></svg>',
  '<svg></p><style><a id="</style><img src=1 onerror=alert(1)>">',
  '<math><mtext><table><mglyph><style><img src=x onerror=alert(1)></style></mglyph></table></mtext></math>',
  '<math><annotation-xml encoding="text/html"><img src=x onerror=alert(1)></annotation-xml></math>',
  '<noscript><p title="</noscript><img src=x onerror=alert(1)>">',
  '<noembed><img title="</noembed><img src=x onerror=alert(1)>"></noembed>',
  '<textarea><img title="</textarea><img src=x onerror=alert(1)>"></textarea>',
  '<title><img title="</title><img src=x onerror=alert(1)>"></title>',
  '<xmp><img title="</xmp><img src=x onerror=alert(1)>"></xmp>',
  '<style><style/><img src=x onerror=alert(1)>',
  '<select><template><img src=x onerror=alert(1)></template></select>',
  '<option>&lt;img src=x onerror=alert(1)&gt;</option>',
  '<plaintext><img src=x onerror=alert(1)>',
  '<!--><img src=x onerror=alert(1)>-->',
  '<!--!><img src=x onerror=alert(1)>--!><b>x</b>',
  '<![CDATA[<img src=x onerror=alert(1)>]]>',
  '<?xml <img src=x onerror=alert(1)> ?>',
  '<scr<script>ipt>alert(1)</scr</script>ipt>',
  '<<script>alert(1)//<</script>',
  '<script/xss src=//x></script>',
  '<script x',
  '<iframe srcdoc="<script>alert(1)</script>"></iframe>',
  '<iframe src="javascript:alert(1)"></iframe>',
  '<object data="javascript:alert(1)"><embed src="javascript:alert(1)"></object>',
  '<form action="javascript:alert(1)"><button formaction="javascript:alert(2)">x</button></form>',
  '<base href="javascript:alert(1)//"><a href="/x">x</a>',
  '<meta http-equiv="refresh" content="0;url=javascript:alert(1)">',
  '<link rel=stylesheet href="javascript:alert(1)">',
  '<p style="background:url(javascript:alert(1))">x</p>',
  '<p id="x" class="y" data-x="z" xmlns="q" onfoo=1>x</p>',
  '<p "onclick=alert(1)>x</p>',
  '<p \u0000onclick=alert(1)>x</p>',
  '<blockquote cite="javascript:alert(1)">x</blockquote>',
  '<a href="https://a.example/\u202egnp.exe">x</a>',
  '<a href="//user:pass@evil.example/">x</a>',
  '<q cite="data:x">x</q><time datetime="&quot;&gt;&lt;script&gt;">x</time>',
  '<a title="&quot; onclick=&quot;alert(1)" href="/x">x</a>',
  '<img alt="&lt;/p&gt;&lt;script&gt;" src="/x">',
  '<__proto__ constructor=1>x</__proto__><a __proto__="x" constructor="y" href="/x">y</a>',
];

describe('sanitiseHtml', () => {
  it.each(kept)('keeps %s', (_, html, expected) => {
    expect(sanitiseHtml(html, base)).toBe(expected);
  });

  it.each(dropped)('drops %s', (_, html, expected) => {
    expect(sanitiseHtml(html, base)).toBe(expected);
  });

  it.each(hostile)('makes %j harmless, and stays the same the second time', (html) => {
    for (const where of [base, undefined, 'not a url']) {
      const output = sanitiseHtml(html, where);
      expectHarmless(output);
      expect(sanitiseHtml(output, where)).toBe(output);
    }
  });

  it('drops relative addresses when there is no base to resolve them against', () => {
    expect(sanitiseHtml('<a href="/x">x</a><img src="y.png"><a href="https://a.example/">z</a>')).toBe(
      'x<a href="https://a.example/" rel="nofollow noopener">z</a>',
    );
  });

  it('does not carry anything from one text to the next', () => {
    const html = '<img src="/same.png">';
    expect(sanitiseHtml(html, base)).toBe(sanitiseHtml(html, base));
    expect(sanitiseHtml(html)).toBe('');
  });

  const huge: [name: string, html: string][] = [
    ['100,000 nested divisions', '<div>'.repeat(100_000)],
    ['100,000 nested and closed divisions', `${'<div>'.repeat(100_000)}x${'</div>'.repeat(100_000)}`],
    ['100,000 nested unknown elements', '<x>'.repeat(100_000)],
    ['100,000 nested drawings', '<svg>'.repeat(100_000)],
    ['300,000 closing tags', '</p>'.repeat(300_000)],
    ['an attribute of 10 MB', `<p title="${'x'.repeat(10_000_000)}">y</p>`],
    ['an address of 10 MB', `<a href="https://x.example/${'x'.repeat(10_000_000)}">y</a>`],
    ['a million short runs of data', `${'data:'.repeat(199)} `.repeat(10_000)],
    ['a picture of 5 MB of inline data', `<img src="data:image/png;base64,${'A'.repeat(5_000_000)}">y`],
    ['a million opening brackets', '<'.repeat(1_000_000)],
    ['a million ampersands', '&'.repeat(1_000_000)],
    ['a million unclosed tags', '<a '.repeat(1_000_000)],
    ['a million attributes', `<p ${'a=1 '.repeat(1_000_000)}>x</p>`],
    ['a million quotes', `<p ${'"'.repeat(1_000_000)}>x</p>`],
    ['a million unclosed comments', '<!--'.repeat(1_000_000)],
    ['a set of a million pictures', `<img srcset="${'/a 1x,'.repeat(200_000)}">`],
    ['a set of a million commas', `<img src=/a srcset="${','.repeat(1_000_000)}">`],
    ['a style of a million blanks', `<img src=/a style="width:${' '.repeat(1_000_000)}1">`],
    ['300,000 pixels', '<img src=/t width=1>'.repeat(50_000)],
    ['tables in tables', '<table><tr><td>'.repeat(30_000)],
  ];

  it.each(huge)('gets through %s', (_, html) => {
    const output = sanitiseHtml(html, base);
    expect(output.length).toBeLessThanOrEqual(htmlLimit);
    expect(depthOf(output)).toBeLessThanOrEqual(100);
    expectHarmless(output.slice(0, 20_000));
  });

  it('does not let a long base blow up a text of short links', () => {
    const output = sanitiseHtml('<a href=x>y</a>'.repeat(9000), `https://a.example/${'b'.repeat(3000)}/`);
    expect(output.length).toBeLessThanOrEqual(htmlLimit);
    expect(output).toMatch(/<\/a>$/);
  });

  it('keeps the words behind a large picture inside the text', () => {
    for (const mark of ['"', "'", '']) {
      const html = `<img src=${mark}data:image/png;base64,${'A'.repeat(1_500_000)}${mark}><p>All of it.</p>`;
      expect(sanitiseHtml(html, base)).toBe('<p>All of it.</p>');
    }
    const late = `<img data-src="/real.png" src="data:image/png;base64,${'A'.repeat(1_500_000)}">`;
    expect(sanitiseHtml(late, 'https://a.example/')).toContain('src="https://a.example/real.png"');
  });

  it('looks at no more tags than the parser can nest in good time', () => {
    const output = sanitiseHtml('<p>x</p>'.repeat(9000), base);
    expect(output.match(/<p>/g)).toHaveLength(3000);
  });

  it('cuts what is too long before a tag and closes what is open', () => {
    const output = sanitiseHtml(`<div>${'<p>some words</p>'.repeat(80_000)}`, base);
    expect(output).toMatch(/<\/div>$/);
    expect(output.match(/<p>/g)?.length).toBe(output.match(/<\/p>/g)?.length);
  });

  const pieces = fc.constantFrom(
    ...[
      '<p>',
      '</p>',
      '<div>',
      '</div>',
      '<a href="',
      '">',
      '<a href=/x>',
      '</a>',
      '<img src=x onerror=1 ',
      '<b',
      '>',
      '<',
    ],
    ...[
      '<script>',
      '</script>',
      '<style>',
      '</style>',
      '<svg>',
      '</svg>',
      '<math>',
      '<iframe src="https://youtu.be/abcdefg">',
    ],
    ...[
      '</iframe>',
      '<h1>',
      '</h1>',
      '<table>',
      '<tr>',
      '<td>',
      '<li>',
      '<span lang=x>',
      '</span>',
      '<!--',
      '-->',
      '<![CDATA[',
    ],
    ...[
      ']]>',
      '&lt;',
      '&amp;',
      '&#0;',
      '&#x1;',
      '&quot;',
      '"',
      "'",
      '=',
      ' onclick=',
      'javascript:',
      '\u0000',
      '\ud800',
      '\u202e',
    ],
    ...[
      '<textarea>',
      '<noscript>',
      '<xmp>',
      '<title>',
      '<select>',
      '<option>',
      '<template>',
      '<br/>',
      '<img srcset="/a 1x, /b,">',
    ],
    ...[
      'text ',
      '\n',
      '\u00a0',
      ' ',
      '<video src=v>',
      '<source src=s>',
      '<picture>',
      '<dir>',
      '<q cite=x>',
      '<plaintext>',
    ],
  );
  const soup = fc.array(
    fc.oneof({ weight: 5, arbitrary: pieces }, { weight: 1, arbitrary: fc.string({ unit: 'binary' }) }),
    { maxLength: 40 },
  );

  it('is harmless and idempotent for any soup of markup', () => {
    fc.assert(
      fc.property(soup, (parts) => {
        const output = sanitiseHtml(parts.join(''), base);
        expectHarmless(output);
        expect(sanitiseHtml(output, base)).toBe(output);
      }),
      { numRuns: 1500 },
    );
  });
});

function depthOf(html: string): number {
  let depth = 0;
  let most = 0;
  for (const [tag] of html.matchAll(/<\/?[a-z][^>]*>/g)) {
    if (tag.endsWith('/>')) continue;
    depth += tag.startsWith('</') ? -1 : 1;
    most = Math.max(most, depth);
  }
  return most;
}
