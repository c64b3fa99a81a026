import { expect, test } from 'vitest';
import { parseSubscribers } from '../../src/newsroom/parse-subscribers.ts';

test.each([
  ['Feedbin feed-id:1373711 - 12 subscribers', 'Feedbin', '1373711', 12],
  [
    'Feedly/1.0 (+http://www.feedly.com/fetcher.html; 34 subscribers; like FeedFetcher-Google)',
    'Feedly',
    undefined,
    34,
  ],
  ['Feedly/1.0 (+http://www.feedly.com/fetcher.html; 1 subscriber)', 'Feedly', undefined, 1],
  [
    'NewsBlur Feed Fetcher - 56 subscribers - http://www.newsblur.com/site/4321/the-wire ("Mozilla/5.0 (X11) Safari/537.36")',
    'NewsBlur Feed Fetcher',
    '4321',
    56,
  ],
  ['Inoreader/1.0 (+http://www.inoreader.com/feed-fetcher; 78 subscribers; )', 'Inoreader', undefined, 78],
  [
    'theoldreader.com/1.0 (http://theoldreader.com; 9 subscribers; feed-id=5a1b2c)',
    'theoldreader.com',
    '5a1b2c',
    9,
  ],
  [
    'Mozilla/5.0 (compatible; BazQux/2.4; +https://bazqux.com/fetcher; 10 subscribers)',
    'BazQux',
    undefined,
    10,
  ],
  ['BazQux/2.4 (+https://bazqux.com/fetcher; 10 subscribers)', 'BazQux', undefined, 10],
  [
    'Feedfetcher-Google; (+http://www.google.com/feedfetcher.html; 11 subscribers; feed-id=99887766)',
    'Feedfetcher-Google',
    '99887766',
    11,
  ],
  ['Bloglovin/1.0 (http://www.bloglovin.com; 13 subscribers)', 'Bloglovin', undefined, 13],
  ['Netvibes (http://www.netvibes.com; 14 subscribers; feedId: 555)', 'Netvibes', '555', 14],
  ['FeedHQ/1.0 (https://feedhq.org; 15 subscribers; https://feedhq.org/faq)', 'FeedHQ', undefined, 15],
  ['Some Reader 2 (16 readers)', 'Some Reader', undefined, 16],
  ['Aggregator/1 (subscribers: 17)', 'Aggregator', undefined, 17],
  ['(18 users)', 'unknown', undefined, 18],
])('%s', (userAgent, aggregator, feedId, subscribers) => {
  expect(parseSubscribers(userAgent)).toEqual({ aggregator, ...(feedId ? { feedId } : {}), subscribers });
});

test.each([
  '',
  'Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0',
  'NetNewsWire (RSS Reader; https://netnewswire.com/)',
  'newsboat/2.21.0 (Linux x86_64)',
  'Reeder/5.0.4 CFNetwork/1399 Darwin/22.1.0',
  'Feed Reader/3.1 users',
  'Feedly/1.0 (999999999 subscribers)',
  'Liar (-5 subscribers, 99999999999 readers)',
])('says nothing of readers: %s', (userAgent) => {
  const claim = parseSubscribers(userAgent);
  if (userAgent.startsWith('Liar')) expect(claim?.subscribers).toBe(5);
  else expect(claim).toBeUndefined();
});

test('takes no longer for what is made to take long', () => {
  const startedAt = performance.now();
  for (const text of [
    'a '.repeat(8_000),
    '1'.repeat(16_000),
    'a.'.repeat(8_000),
    ' subscribers'.repeat(2_000),
  ]) {
    parseSubscribers(text);
  }
  expect(performance.now() - startedAt).toBeLessThan(200);
});
