/** More would make no difference to anyone who types. */
const mostWords = 10;
const longestSearch = 200;

/** Accents, points and invisible signs that may stand after any letter, whether or not they are typed. */
const marks =
  '\\u0300-\\u036f\\u0591-\\u05bd\\u05bf\\u05c1\\u05c2\\u0640\\u064b-\\u065f\\u0670\\u00ad\\u200b-\\u200f';
/** й is a letter of its own, which no one types as и. */
const dropped = new RegExp(`(?<!и)\\u0306|(?!\\u0306)[${marks}]`, 'gu');

/** Where letters have forms that people type without: Latin, Greek, Cyrillic and the wide forms of Latin. */
const ranges: [number, number][] = [
  [0x41, 0x24f],
  [0x370, 0x52f],
  [0x1e00, 0x1fff],
  [0xff21, 0xff5a],
];
/** What has no parts that it could be taken apart into. */
const others: Record<string, string> = {
  o: 'øØ',
  l: 'łŁ',
  d: 'đĐðÐ',
  i: 'ıİ',
  h: 'ħĦ',
  t: 'ŧŦ',
  σ: 'ς',
  "'": '’‘ʼ',
  '"': '“”„«»',
  '-': '‐‑‒–—',
};
/** Letters that are typed as two. */
const pairs: Record<string, string> = { ss: 'ßẞ', ae: 'æÆ', oe: 'œŒ', th: 'þÞ' };

const formsOf = listForms();

/**
 * What each word of a search is found by, whatever its case and accents: regular expressions of Postgres that need no
 * locale, in the order of the words, ten at most; none when there are no words. A character that means something in such
 * an expression means itself here.
 */
export function toSearchPatterns(search: string): string[] {
  const words = foldTyped(search.slice(0, longestSearch)).split(/[\s\p{Cc}]+/u);
  return words
    .filter((word) => word !== '')
    .slice(0, mostWords)
    .map(toPattern);
}

function toPattern(word: string): string {
  const letters = [...word];
  let pattern = '';
  for (let at = 0; at < letters.length; at++) {
    const letter = letters[at] ?? '';
    const both = letter + (letters[at + 1] ?? '');
    const joined = pairs[both];
    if (joined === undefined) pattern += toClass(letter);
    else {
      pattern += `(?:${toClass(letter)}${toClass(both.slice(letter.length))}|[${joined}][${marks}]*)`;
      at++;
    }
  }
  return pattern;
}

function toClass(letter: string): string {
  const forms = formsOf.get(letter);
  if (forms) return `[${forms}][${marks}]*`;
  return `${letter.replace(/[\\^$.*+?()[\]{}|]/, '\\$&')}[${marks}]*`;
}

/** As people type it who leave accents and capitals out. */
function foldTyped(text: string): string {
  let folded = text.toLowerCase().normalize('NFKD').replace(dropped, '').toLowerCase().normalize('NFC');
  for (const [plain, forms] of Object.entries({ ...others, ...pairs })) {
    folded = folded.replace(new RegExp(`[${forms}]`, 'gu'), plain);
  }
  return folded;
}

/** Letter → all that it may stand for, itself included. */
function listForms(): Map<string, string> {
  const forms = new Map(Object.entries(others).map(([letter, more]) => [letter, letter + more]));
  for (const [from, to] of ranges) {
    for (let code = from; code <= to; code++) {
      const form = String.fromCodePoint(code);
      if (!/\p{L}/u.test(form) || form in others) continue;
      const letter = foldTyped(form);
      const known = forms.get(letter) ?? letter;
      if ([...letter].length === 1 && !known.includes(form)) forms.set(letter, known + form);
    }
  }
  return forms;
}
