import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { AppError } from '../../src/errors.ts';
import { matchRule } from '../../src/match/match-rule.ts';
import { parseRule } from '../../src/match/parse-rule.ts';
import { createSubject } from '../../src/match/subject.ts';
import { foldText } from '../../src/text/fold.ts';
import { findCorpus } from '../support/corpus.ts';

/** The words of the generated texts, as written and as anyone would fold them by hand. */
const vocabulary = [
  'iran',
  'Iraq',
  'oil',
  'Öl',
  'Genève',
  'war',
  'warm',
  'wars',
  'IRAN',
  'élan',
  '2026',
  'eu',
];
const byHand: Record<string, string> = {
  Iraq: 'iraq',
  Öl: 'ol',
  Genève: 'geneve',
  IRAN: 'iran',
  élan: 'elan',
};
const fold = (word: string) => byHand[word] ?? word;

type Field = 'title' | 'text' | 'author' | undefined;
type Tree =
  | { kind: 'all' }
  | { kind: 'words'; words: string[]; prefix: boolean; field: Field }
  | { kind: 'and' | 'or'; items: Tree[] }
  | { kind: 'not'; item: Tree; sign: '-' | 'NOT ' };

const word = fc.constantFrom(...vocabulary);
const leaf: fc.Arbitrary<Tree> = fc.oneof(
  { weight: 1, arbitrary: fc.constant<Tree>({ kind: 'all' }) },
  {
    weight: 12,
    arbitrary: fc.record({
      kind: fc.constant('words' as const),
      words: fc.oneof(
        { weight: 3, arbitrary: fc.tuple(word) },
        fc.array(word, { minLength: 2, maxLength: 3 }),
      ),
      prefix: fc.boolean(),
      field: fc.constantFrom<Field>(undefined, undefined, 'title', 'text', 'author'),
    }),
  },
);
const { tree } = fc.letrec<{ tree: Tree }>((tie) => ({
  tree: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    leaf,
    fc.record({
      kind: fc.constantFrom('and' as const, 'or' as const),
      items: fc.array(tie('tree'), { minLength: 2, maxLength: 4 }),
    }),
    fc.record({
      kind: fc.constant('not' as const),
      item: tie('tree'),
      sign: fc.constantFrom('-' as const, 'NOT ' as const),
    }),
  ),
}));

const strength = { or: 1, and: 2, not: 3, words: 4, all: 4 };

/** Writes a tree with no parentheses but those that precedence asks for. */
function write(node: Tree, separator: string): string {
  const inside = (item: Tree, least: number) => {
    const text = write(item, separator);
    return strength[item.kind] < least ? `(${text})` : text;
  };
  switch (node.kind) {
    case 'all':
      return '*';
    case 'words': {
      const text = node.words.length > 1 ? `"${node.words.join(' ')}"` : (node.words[0] ?? '');
      return `${node.field === undefined ? '' : `${node.field}:`}${text}${node.prefix ? '*' : ''}`;
    }
    case 'and':
      return node.items.map((item) => inside(item, 2)).join(separator);
    case 'or':
      return node.items.map((item) => inside(item, 2)).join(' OR ');
    case 'not':
      return `${node.sign}${inside(node.item, node.sign === '-' ? 4 : 3)}`;
  }
}

interface Texts {
  title: string[];
  text: string[];
  author: string[];
}

function hitsWords(texts: string[], words: string[], prefix: boolean): boolean {
  return texts.some((_, start) =>
    words.every((wanted, index) => {
      const found = texts[start + index];
      if (found === undefined) return false;
      const last = index === words.length - 1;
      return last && prefix ? fold(found).startsWith(fold(wanted)) : fold(found) === fold(wanted);
    }),
  );
}

function evaluate(node: Tree, texts: Texts): boolean {
  switch (node.kind) {
    case 'all':
      return true;
    case 'words': {
      const fields = node.field === undefined ? (['title', 'text'] as const) : [node.field];
      return fields.some((field) => hitsWords(texts[field], node.words, node.prefix));
    }
    case 'and':
      return node.items.every((item) => evaluate(item, texts));
    case 'or':
      return node.items.some((item) => evaluate(item, texts));
    case 'not':
      return !evaluate(node.item, texts);
  }
}

describe('rules', () => {
  it('mean what a naive evaluator over words says', () => {
    const texts = fc.record({
      title: fc.array(word, { maxLength: 4 }),
      text: fc.array(word, { maxLength: 8 }),
      author: fc.array(word, { maxLength: 2 }),
    });
    const glue = fc.constantFrom(' ', ', ', ' – ', '\n', ' (', '. ');
    let matches = 0;
    fc.assert(
      fc.property(
        tree,
        texts,
        glue,
        fc.constantFrom(' ', ' AND ', '\n'),
        (node, words, between, separator) => {
          const subject = createSubject({
            title: words.title.join(between),
            text: words.text.join(between),
            authors: [words.author.join(between)],
          });
          const rule = write(node, separator);
          const reasons = matchRule(parseRule(rule), subject);
          // A subject looks words up another way once many were asked for; the answer stays.
          for (let again = 0; again < 10; again += 1)
            expect(matchRule(parseRule(rule), subject)).toEqual(reasons);
          expect(reasons !== undefined, rule).toBe(evaluate(node, words));
          if (reasons === undefined) return;
          matches += 1;
          expect(reasons.length).toBeGreaterThan(0);
          expect(reasons.length).toBeLessThanOrEqual(20);
          for (const { clause } of reasons) expect(rule).toContain(clause.replace(/…$/, ''));
        },
      ),
      { numRuns: 2_000 },
    );
    expect(matches).toBeGreaterThan(200);
  });

  it('that anyone may type are read or refused with a column, never worse', () => {
    const piece = fc.oneof(
      fc.constantFrom(
        '(',
        ')',
        '"',
        '-',
        '~',
        '*',
        '/',
        ':',
        ' ',
        '\n',
        '“',
        'OR',
        'AND',
        'NOT',
        'or',
        'title:',
        'lang:',
      ),
      fc.constantFrom(
        'url:',
        'x',
        'iran',
        '/a+/',
        '/[/',
        '\\',
        '|',
        '&',
        '!',
        '–',
        "'",
        '.',
        '2026',
        '中国',
        'é',
        '🔥',
        '\u0301',
      ),
      fc.string({ unit: 'binary', maxLength: 3 }),
    );
    const subject = createSubject({
      title: 'iran x 中国 é',
      text: '2026',
      language: 'en',
      url: 'https://x.example/',
    });
    let read = 0;
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
        const text = pieces.join('');
        try {
          const rule = parseRule(text);
          matchRule(rule, subject);
          read += 1;
        } catch (error) {
          expect(error).toBeInstanceOf(AppError);
          expect((error as AppError).code).toBe('bad-rule');
          const column = /^Column (\d+): .*at the beginning/.exec((error as AppError).message)?.[1];
          if (column !== undefined)
            expect(
              [...text]
                .slice(0, Number(column) - 1)
                .join('')
                .trim(),
            ).toBe('');
          expect((error as AppError).message).toMatch(
            /^(?:(?:Column|Line \d+, column) \d+: .+\n.*\n[ \u3000]*\^$|The rule is empty)/u,
          );
        }
      }),
      { numRuns: 5_000 },
    );
    expect(read).toBeGreaterThan(200);
  });

  it('hit the text that they quote, whatever it is', () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 30 }),
      fc
        .array(fc.constantFrom(...'aBé ß中日のกัหि한ж́йيُא־ſﬁ½²-.’_1٣\u200d\ufe0f\u0301'), { maxLength: 12 })
        .map((all) => all.join('')),
    );
    fc.assert(
      fc.property(text, fc.constantFrom('', '*', '~'), (inside, sign) => {
        if (/["“”„]/u.test(inside) || !/[\p{L}\p{N}]/u.test(foldText(inside))) return;
        const rule = sign === '~' ? `~"${inside}"` : `"${inside}"${sign}`;
        expect(matchRule(parseRule(rule), createSubject({ title: inside, text: '' }))).toBeDefined();
        expect(matchRule(parseRule(rule), createSubject({ title: '', text: `x ${inside} x` }))).toBeDefined();
      }),
      { numRuns: 3_000 },
    );
  });

  const corpus = findCorpus();
  it.skipIf(!corpus)('hit the real headlines that they quote, word by word too', () => {
    const feeds = JSON.parse(readFileSync(join(corpus ?? '', 'expected-real.json'), 'utf8')) as {
      items: { title: string | null }[];
    }[];
    const titles = feeds.flatMap((feed) => feed.items.map((item) => item.title ?? ''));
    expect(titles.length).toBeGreaterThan(400);
    for (const title of titles.slice(0, 2_000)) {
      const quoted = title.replace(/["“”„]/gu, ' ').slice(0, 1_000);
      if (!/[\p{L}\p{N}]/u.test(quoted)) continue;
      const subject = createSubject({ title, text: '' });
      expect(matchRule(parseRule(`title:"${quoted}"`), subject), title).toBeDefined();
      for (const single of quoted
        .split(/[^\p{L}\p{N}]+/u)
        .filter((part) => !['', 'AND', 'OR', 'NOT'].includes(part))) {
        expect(matchRule(parseRule(`title:${single}`), subject), `${single} in ${title}`).toBeDefined();
      }
    }
  });
});
