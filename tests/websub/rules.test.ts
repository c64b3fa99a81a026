import { createHmac } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { isDead, isGivenUp, mayAskAgain, toNextTry } from '../../src/websub/backoff.ts';
import { toLeaseSeconds } from '../../src/websub/lease.ts';
import { parseSubscription, toCallbackSite } from '../../src/websub/parse-subscription.ts';
import { isSigned, signBody } from '../../src/websub/sign.ts';
import { toQuestionUrl } from '../../src/websub/to-question.ts';

const now = new Date('2026-11-24T12:00:00Z');
const secondsTo = (date: Date) => (date.getTime() - now.getTime()) / 1_000;
const hoursAgo = (hours: number) => new Date(now.getTime() - hours * 3_600_000);

describe('backoff', () => {
  test.each([
    [1, 0, 10],
    [2, 0, 20],
    [3, 0, 40],
    [9, 0, 2_560],
    [10, 0, 3_600],
    [1_000, 0, 3_600],
    [1, 120, 120],
    [3, 5, 40],
    [1, 1e9, 3_600],
  ])('after %i failures, asked to wait %i s: %i s', (failures, asked, seconds) => {
    expect(secondsTo(toNextTry(failures, now, 0, asked))).toBe(seconds);
    expect(secondsTo(toNextTry(failures, now, 1, asked))).toBe(seconds * 1.25);
  });

  test('a change is given up after a day, a subscriber after five, a question after five times', () => {
    expect([isGivenUp(hoursAgo(23.9), now), isGivenUp(hoursAgo(24), now)]).toEqual([false, true]);
    expect([isDead(undefined, now), isDead(hoursAgo(119), now), isDead(hoursAgo(120), now)]).toEqual([
      false,
      false,
      true,
    ]);
    expect([1, 4, 5].map(mayAskAgain)).toEqual([true, true, false]);
  });
});

test.each([
  [undefined, 864_000],
  [1, 3_600],
  [3_600, 3_600],
  [100_000, 100_000],
  [2_592_000, 2_592_000],
  [1e15, 2_592_000],
])('a lease of %s s asked is %i s granted', (asked, granted) => {
  expect(toLeaseSeconds(asked)).toBe(granted);
});

describe('signatures (§7.1)', () => {
  const body = Buffer.from('ünïcode <feed/>');
  test('are the HMAC of the body, in hex, behind the method', () => {
    const hex = createHmac('sha256', 'secret').update(body).digest('hex');
    expect(signBody(body, 'secret')).toBe(`sha256=${hex}`);
  });
  test.each(['sha1', 'sha256', 'sha384', 'sha512'])('%s is verified', (method) => {
    const hex = createHmac(method, 'secret').update(body).digest('hex');
    expect(isSigned(body, 'secret', `${method}=${hex}`)).toBe(true);
    expect(isSigned(body, 'secret', `${method.toUpperCase()}=${hex.toUpperCase()}`)).toBe(true);
    expect(isSigned(body, 'other', `${method}=${hex}`)).toBe(false);
    expect(isSigned(Buffer.from('other'), 'secret', `${method}=${hex}`)).toBe(false);
  });
  test.each(['', 'sha256=', 'md5=00', 'sha256=zz', '=00', 'sha256=00'])('%j is none', (header) => {
    expect(isSigned(body, 'secret', header)).toBe(false);
  });
});

describe('the address of a question (§5.1, §5.3)', () => {
  const question = {
    mode: 'subscribe',
    topicUrl: 'https://wire.example/topics/a b.atom?x=1&y=2',
    challenge: 'a+b/c=',
    leaseSeconds: 864_000,
  } as const;
  test.each([
    ['https://reader.example/cb', ''],
    ['https://reader.example/cb?', ''],
    ['https://reader.example/cb?foo=bar&red=fish', 'foo=bar&red=fish&'],
    ['https://reader.example/cb?a=%20+b&a=2&c', 'a=%20+b&a=2&c&'],
    ['https://reader.example/cb?hub.mode=own', 'hub.mode=own&'],
  ])('%s keeps its own query in front, as it is', (callback, own) => {
    const url = new URL(toQuestionUrl(callback, question));
    expect(url.search.slice(1, 1 + own.length)).toBe(own);
    expect(Object.fromEntries(new URLSearchParams(url.search.slice(1 + own.length)))).toEqual({
      'hub.mode': 'subscribe',
      'hub.topic': question.topicUrl,
      'hub.challenge': question.challenge,
      'hub.lease_seconds': '864000',
    });
  });

  test('names no lease to one that unsubscribes, and a reason to one that is denied', () => {
    const asked = new URL(toQuestionUrl('https://r.example/', { ...question, mode: 'unsubscribe' }));
    expect(asked.searchParams.has('hub.lease_seconds')).toBe(false);
    const { topicUrl } = question;
    const denied = new URL(toQuestionUrl('https://r.example/', { mode: 'denied', topicUrl, reason: 'gone' }));
    expect(Object.fromEntries(denied.searchParams)).toEqual({
      'hub.mode': 'denied',
      'hub.topic': topicUrl,
      'hub.reason': 'gone',
    });
  });
});

describe('whom limits count', () => {
  test.each([
    ['https://a.b.reader.example.org/x', 'example.org'],
    ['https://me.github.io/x', 'me.github.io'],
    ['https://reader.co.uk/x', 'reader.co.uk'],
    ['https://192.0.2.7:8443/x', '192.0.2.7'],
    ['https://localhost/x', 'localhost'],
  ])('%s belongs to %s', (url, site) => {
    expect(toCallbackSite(new URL(url))).toBe(site);
  });
});

describe('the form of a subscription (§5.1)', () => {
  const good = {
    'hub.mode': 'subscribe',
    'hub.topic': 'https://wire.example/topics/world.atom',
    'hub.callback': 'https://reader.example/cb#part',
  };
  const parse = (more: Record<string, string>) =>
    parseSubscription(new URLSearchParams({ ...good, ...more }));

  test('is read, and what it has besides is not looked at', () => {
    expect(parse({ 'hub.secret': 'ü'.repeat(99), 'hub.verify': 'sync', foo: 'bar' })).toMatchObject({
      mode: 'subscribe',
      callbackSite: 'reader.example',
      topicUrl: good['hub.topic'],
      secret: 'ü'.repeat(99),
      leaseSeconds: 864_000,
    });
    expect(parse({}).callback.href).toBe('https://reader.example/cb');
  });

  test.each([
    ['hub.mode', ''],
    ['hub.mode', 'denied'],
    ['hub.mode', 'publish'],
    ['hub.callback', ''],
    ['hub.callback', '/cb'],
    ['hub.callback', 'ftp://reader.example/'],
    ['hub.callback', 'javascript:alert(1)'],
    ['hub.callback', 'https://user:secret@reader.example/'],
    ['hub.callback', `https://reader.example/${'x'.repeat(2_000)}`],
    ['hub.callback', `https://reader.example/${'é'.repeat(600)}`],
    ['hub.topic', ''],
    ['hub.topic', 'https://wire.example/\r\nX: y'],
    ['hub.topic', `https://wire.example/${'x'.repeat(2_000)}`],
    ['hub.secret', 'x'.repeat(200)],
    ['hub.secret', 'é'.repeat(100)],
    ['hub.secret', 'a\0b'],
    ['hub.lease_seconds', '-1'],
    ['hub.lease_seconds', '0'],
    ['hub.lease_seconds', '1e3'],
    ['hub.lease_seconds', 'soon'],
  ])('%s %j is refused by its name', (name, value) => {
    expect(() => parse({ [name]: value })).toThrow(
      expect.objectContaining({ code: 'bad-subscription', message: expect.stringContaining(name) }),
    );
  });
});
