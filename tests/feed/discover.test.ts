import { describe, expect, it } from 'vitest';
import { findFeedLinks, guessFeedUrls } from '../../src/feed/discover.ts';

const page = 'https://site.example/blog/post';

describe('findFeedLinks', () => {
  it('takes declared feeds, comments last, each once, against <base>', () => {
    const html = `<HEAD><base href="/root/"><LINK REL="Alternate" TYPE="application/rss+xml" HREF="comments/feed" title="Comments">
      <link rel="alternate" type="application/atom+xml; charset=utf-8" href="atom.xml" title=" All  the
      news "><link rel="alternate" type="application/feed+json" href='//site.example/feed.json'>
      <link rel=alternate type=application/rss+xml href=atom.xml><link rel="alternate" hreflang="de" href="/de/">
      <link rel="alternate stylesheet" type="text/css" href="x.css"><link rel="alternate" type="application/json" href="/wp-json/wp/v2/posts/1">
      <link rel="alternate" type="application/rss+xml" href="javascript:alert(1)"></HEAD><a href="/other.rss">x</a>`;
    expect(findFeedLinks(html, page)).toEqual([
      { url: 'https://site.example/root/atom.xml', type: 'application/atom+xml', title: 'All the news' },
      { url: 'https://site.example/feed.json', type: 'application/feed+json' },
      { url: 'https://site.example/root/comments/feed', type: 'application/rss+xml', title: 'Comments' },
    ]);
  });

  it('looks at plain links only as the last resort', () => {
    const html =
      '<a href="/about">About</a><a href="feed/">Our <b>feed</b> &amp; more</a><a href="/news.rss?x=1">N</a><a href="/sitemap.xml">S</a><a href="/atom.xml">A</a>';
    expect(findFeedLinks(html, page)).toEqual([
      { url: 'https://site.example/blog/feed/', type: 'application/rss+xml', title: 'Our feed & more' },
      { url: 'https://site.example/news.rss?x=1', type: 'application/rss+xml', title: 'N' },
      { url: 'https://site.example/atom.xml', type: 'application/atom+xml', title: 'A' },
    ]);
  });

  it.each([
    '',
    'no tags',
    '<script><link rel="alternate" type="application/rss+xml" href="/x"></script>',
    '<!-- <a href="/feed">x</a> -->',
    '<link rel="alternate" type="application/rss+xml">',
  ])('finds nothing in %j', (html) => {
    expect(findFeedLinks(html, page)).toEqual([]);
  });

  it('gives at most 50 of a page of nothing but links', () => {
    expect(
      findFeedLinks(Array.from({ length: 50_000 }, (_, n) => `<a href="/${n}/feed">`).join(''), page),
    ).toHaveLength(50);
  });
});

describe('guessFeedUrls', () => {
  it('guesses below the page and at the root', () => {
    expect(guessFeedUrls('https://site.example')).toEqual(
      ['feed', 'rss', 'atom.xml', 'index.xml', 'feed.xml', 'rss.xml', 'feed.json'].map(
        (path) => `https://site.example/${path}`,
      ),
    );
    expect(guessFeedUrls('https://site.example/blog/?q=1#x')).toContain('https://site.example/blog/feed');
    expect(guessFeedUrls('https://site.example/blog')).toContain('https://site.example/rss.xml');
  });

  it.each(['', 'site.example', 'ftp://site.example/', 'file:///etc/passwd'])(
    'guesses nothing for %j',
    (url) => {
      expect(guessFeedUrls(url)).toEqual([]);
    },
  );
});
