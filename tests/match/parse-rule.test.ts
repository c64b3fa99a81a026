import { describe, expect, it } from 'vitest';

import { AppError } from '../../src/errors.ts';
import { parseRule, ruleLimits } from '../../src/match/parse-rule.ts';

function findError(rule: string): AppError {
  try {
    parseRule(rule);
  } catch (error) {
    if (error instanceof AppError) return error;
    throw error;
  }
  throw new Error(`no error for ${rule}`);
}

const slips: [rule: string, column: number, words: string][] = [
  // a term is missing
  ['ukraine OR', 11, 'expected a word, a "phrase" or "(" after OR, but the rule ends here.'],
  ['ukraine OR  ', 13, 'after OR, but the rule ends here.'],
  [
    'OR iran',
    1,
    'expected a word, a "phrase" or "(" at the beginning, but found OR. OR stands between two terms.',
  ],
  ['AND', 1, 'at the beginning, but found AND'],
  ['NOT', 4, 'after NOT, but the rule ends here'],
  ['iran AND OR iraq', 10, 'after AND, but found OR'],
  ['iran OR OR iraq', 9, 'after OR, but found OR'],
  ['NOT AND iran', 5, 'after NOT, but found AND'],
  ['(AND iran)', 2, 'after "(", but found AND'],
  ['(iran OR)', 9, 'after OR, but found ")"'],
  ['(iran OR', 9, 'after OR, but the rule ends here'],
  ['(', 2, 'after "(", but the rule ends here'],
  ['iran (', 7, 'after "(", but the rule ends here'],
  ['iran NOT)', 9, 'after NOT, but found ")"'],
  ['iran OR -OR', 9, 'directly after "-"'],
  // parentheses
  ['()', 2, 'inside the parentheses, but there is nothing'],
  ['iran ( )', 8, 'inside the parentheses, but there is nothing'],
  ['(iran', 1, 'this "(" is never closed: expected ")"'],
  ['(iran (iraq)', 1, 'never closed'],
  ['(iran (iraq', 7, 'never closed'],
  ['title:(iran', 7, 'never closed'],
  ['iran)', 5, 'found ")" without a "(" before it.'],
  [')', 1, 'found ")" without a "(" before it.'],
  ['(iran) iraq) oil', 12, 'without a "("'],
  ['foo OR iran OR)', 15, 'after OR, but found ")"'],
  // quotes
  ['"middle east', 1, 'this quote is never closed'],
  ['iran "', 6, 'this quote is never closed'],
  ['“middle east', 1, 'this quote is never closed'],
  ['iran "middle east" "', 20, 'this quote is never closed'],
  ["'middle east'", 1, 'phrases stand in double quotes'],
  ['‘middle east’', 1, 'phrases stand in double quotes'],
  ['""', 1, 'has no letter or digit'],
  ['title:" - "', 7, 'has no letter or digit'],
  // exclusion
  ['- sport', 1, 'directly after "-", as in -sport'],
  ['iran -', 6, 'directly after "-"'],
  ['(iran -)', 7, 'directly after "-"'],
  ['--iran', 1, 'found a second "-"'],
  ['title:-iran', 7, 'in front of the whole term'],
  ['iran –sport', 6, '"–" excludes nothing here: write "-"'],
  ['iran —sport', 6, 'write "-" (a hyphen) or NOT'],
  ['!sport', 1, '"!" excludes nothing here'],
  // fields
  [
    'titel:election',
    1,
    'there is no field "titel:" — did you mean title:? The fields are title: text: author:',
  ],
  ['iran autor:smith', 6, 'did you mean author:?'],
  ['language:en', 1, 'did you mean lang:?'],
  ['site:bbc', 1, 'did you mean url:?'],
  ['tag:sport', 1, 'did you mean category:?'],
  ['https://example.com', 1, 'did you mean url:?'],
  ['Iran:nuclear', 1, 'there is no field "Iran:". The fields are'],
  ['constructor:x', 1, 'there is no field "constructor:".'],
  ['title: election', 7, "directly after the field's colon, without a space"],
  ['title:', 7, "directly after the field's colon"],
  ['title:OR', 7, 'OR is an operator: put it in quotes'],
  ['title:)', 7, "directly after the field's colon"],
  ['title:text:iran', 7, '"text:" stands inside another field'],
  ['title:(iran OR text:oil)', 16, '"text:" stands inside another field'],
  ['lang:english', 6, 'expected a language code such as en or de-AT after "lang:", but found "english"'],
  ['lang:"en us"', 6, 'expected a language code'],
  ['lang:~en', 6, '"~" has no meaning in "lang:"'],
  // operators of other languages
  ['iran or iraq', 6, 'operators are written in capitals: write OR, or "or" in quotes'],
  ['iran And iraq', 6, 'write AND'],
  ['not iran', 1, 'write NOT'],
  ['iran || iraq', 6, '"||" is no operator here: write OR'],
  ['iran | iraq', 6, 'write OR'],
  ['iran|iraq', 5, 'write OR'],
  ['iran && iraq', 6, 'write AND, or nothing'],
  ['marks & spencer', 7, 'A name with "&" goes in quotes'],
  // stars, tildes, signs
  ['*iran', 1, '"*" stands alone, meaning everything, or at the end of a word'],
  ['**', 1, '"*" stands alone'],
  ['ir*n', 3, 'only at the end of a word'],
  ['iran**', 5, 'only once'],
  ['~', 1, 'directly after "~"'],
  ['~ iran', 1, 'directly after "~"'],
  ['~/iran/', 1, 'directly after "~"'],
  ['~~iran', 2, 'found a second "~"'],
  ['~iran*', 1, '"~" and "*" exclude each other'],
  ['~-iran', 2, 'found "-"'],
  ['iran …', 6, 'has no letter or digit'],
  ['+', 1, 'has no letter or digit'],
  ['🔥', 1, 'has no letter or digit'],
  // regular expressions
  ['/iran', 1, 'never closed: expected another /'],
  ['iran /', 6, 'never closed'],
  ['/iran\\/', 1, 'never closed'],
  ['//', 1, 'regular expression is empty'],
  ['/iran/i', 7, 'found "i". Flags aren\'t needed'],
  ['/and/or/', 6, 'a slash inside is written \\/'],
  ['/(iran/', 1, "can't be read: missing closing ) at (iran."],
  ['title:/[a-/', 7, "can't be read"],
  ['/a**/', 1, 'invalid nested repetition operator at **'],
  ['/(?=iran)x/', 1, "Look-around and back-references aren't available"],
  ['/(a)\\1/', 1, "Look-around and back-references aren't available"],
  ['/a{2000}/', 1, 'invalid repeat count at {2000}'],
  ['/[a-z]{600}[a-z]{600}/', 1, 'too large'],
  ['/a{900}/ iran /b{900}/', 15, 'too large'],
  // columns count characters
  ['🔥🔥x OR', 7, 'the rule ends here'],
  ['日本 OR', 6, 'the rule ends here'],
];

describe('parseRule', () => {
  it.each(slips)('%s: column %i', (rule, column, words) => {
    const error = findError(rule);
    expect(error.code).toBe('bad-rule');
    const [sentence, shown, caret] = error.message.split('\n');
    expect(sentence).toContain(`Column ${column}: `);
    expect(sentence).toContain(words);
    expect(shown).toBe(rule);
    expect([...caret!].indexOf('^')).toBe(column - 1);
  });

  it('shows the rule with a caret under the column', () => {
    expect(findError('ukraine OR "middle east" OR').message).toBe(
      [
        'Column 28: expected a word, a "phrase" or "(" after OR, but the rule ends here.',
        'ukraine OR "middle east" OR',
        '                           ^',
      ].join('\n'),
    );
  });

  it.each(['\n', '\r\n', '\r'])('names the line of a rule with line breaks (%j)', (lineBreak) => {
    const error = findError(['iran', 'OR\tOR', 'oil'].join(lineBreak));
    const [sentence, shown, caret] = error.message.split('\n');
    expect(sentence).toMatch(/^Line 2, column 4: /);
    expect(shown).toBe('OR OR');
    expect(caret).toBe('   ^');
  });

  it('shows the surroundings in a long rule', () => {
    const [sentence, shown, caret] = findError(
      `${'before '.repeat(50)}OR OR ${'after '.repeat(50)}`,
    ).message.split('\n');
    expect(sentence).toMatch(/^Column 354: /);
    expect(shown).toMatch(/^….*before OR OR after.*…$/);
    expect(shown!.slice(caret!.indexOf('^')).startsWith('OR after')).toBe(true);
  });

  it('keeps the caret below wide characters', () => {
    expect(findError('日本x OR').message.split('\n')[2]).toBe('\u3000\u3000    ^');
  });

  it.each(['', '   ', '\n\t'])('says what an empty rule (%j) could be', (rule) => {
    expect(findError(rule).message).toBe('The rule is empty: write words to look for, or * for everything.');
  });

  it.each([
    ['a '.repeat(ruleLimits.characters / 2 + 1), 'has 4002 characters; at most 4000'],
    ['x '.repeat(ruleLimits.terms + 1), 'at most 500 terms'],
    [`${'('.repeat(51)}x${')'.repeat(51)}`, 'more than 50 deep'],
    [`${'NOT '.repeat(51)}x`, 'more than 50 deep'],
    ['('.repeat(4_000), 'more than 50 deep'],
    ['-('.repeat(2_000), 'more than 50 deep'],
    ['title:('.repeat(500), 'more than 50 deep'],
    ['NOT '.repeat(1_000), 'more than 50 deep'],
    ['"'.repeat(3_999), 'never closed'],
    [`/${'('.repeat(1_500)}${')'.repeat(1_500)}/`, "can't be read"],
    [`/${'[^a]{1000}'.repeat(300)}/`, 'too large'],
    [`/(((a{30}){30}){30})/`, "can't be read"],
  ])('refuses what is too large: %.20s', (rule, words) => {
    expect(findError(rule).message).toContain(words);
    expect(findError(rule).message.length).toBeLessThan(700);
  });

  it.each([
    'x '.repeat(ruleLimits.terms),
    `${'('.repeat(50)}x${')'.repeat(50)}`,
    `${'(x) OR '.repeat(400)}y`,
    'w'.repeat(ruleLimits.characters),
    '/(a+)+$/',
    '/[a-z]{900}/',
    '"x"-"y"(z)',
    'x.y:z',
    'é:x',
  ])('takes what is just allowed: %.20s', (rule) => {
    expect(parseRule(rule).text).toBe(rule);
  });
});
