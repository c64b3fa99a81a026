import { describe, expect, it } from 'vitest';

import { matchRule } from '../../src/match/match-rule.ts';
import { parseRule } from '../../src/match/parse-rule.ts';
import { createSubject, toCanonicalLanguage } from '../../src/match/subject.ts';

describe('createSubject', () => {
  it('reads a part only when a rule asks for it, and once', () => {
    let reads = 0;
    const subject = createSubject({
      title: 'Fire',
      get text() {
        reads += 1;
        return 'smoke';
      },
    });
    matchRule(parseRule('fire OR title:rain OR *'), subject);
    expect(reads).toBe(0);
    for (const rule of ['smoke', '~smokes', '/smoke/', '"no smoke"']) matchRule(parseRule(rule), subject);
    expect(reads).toBe(1);
  });

  it.each([
    [undefined, '*', undefined],
    ['not an address', '/^not an address$/', 'url'],
    ['https://example.com/a%20b', '/\\/a b$/', 'url'],
    ['https://example.com/%zz?q=1', '/%zz\\?q=1$/', 'url'],
    ['https://user:secret@example.com:8080/', '/^https:..example\\.com:8080.$/', 'url'],
    ['http://[::1]/x', 'x', 'url'],
  ])('takes the address %s', (url, rule, field) => {
    const reasons = matchRule(parseRule(`url:${rule}`), createSubject({ title: '', text: '', url }));
    expect(reasons?.[0]?.field).toBe(field);
  });

  it('has no host for a source address that is none', () => {
    const subject = createSubject({ title: '', text: '', sourceTitle: ' ', sourceUrl: 'nowhere' });
    expect(matchRule(parseRule('source:*'), subject)).toBeUndefined();
  });
});

describe('toCanonicalLanguage', () => {
  it.each([
    ['en', 'en'],
    ['EN_gb', 'en-gb'],
    ['eng', 'en'],
    ['iw', 'he'],
    [' de ', 'de'],
    ['', ''],
    ['Not a Tag', 'not a tag'],
  ])('%j → %j', (tag, canonical) => {
    expect(toCanonicalLanguage(tag)).toBe(canonical);
  });
});
