const notAscii = /[\u0080-\u{10ffff}]/u;

/** Typographic signs that leave an English text plain when they are gone, which makes the rest many times cheaper. */
const typographic = /[\u00a0\u2010-\u201f\u2026]/g;

function toPlainSign(sign: string): string {
  if (sign === '\u2010' || sign === '\u2011') return '-';
  return sign === '\u2018' || sign === '\u2019' ? "'" : ' ';
}

/*
 * Marks that are accents, points or vowel signs which writers leave out: of Latin, Greek, Cyrillic, Hebrew and
 * Arabic only. In Indic scripts and Thai the marks spell other words, and in kana the voicing mark does.
 * U+0306 stays on и, because й is a letter of its own that no one writes as и.
 * With them go the invisible characters (soft hyphen, joiners, direction marks), the tatweel and the
 * variation selectors.
 */
const dropped = new RegExp(
  [
    '(?<!и)\\u0306',
    '[\\u0300-\\u0305\\u0307-\\u036f\\u1ab0-\\u1aff\\u1dc0-\\u1dff\\u20d0-\\u20f0\\ufe20-\\ufe2f]',
    '[\\u0483-\\u0487]',
    '[\\u0591-\\u05bd\\u05bf\\u05c1\\u05c2\\u05c4\\u05c5\\u05c7\\ufb1e]',
    '[\\u0610-\\u061a\\u0640\\u064b-\\u065f\\u0670\\u06d6-\\u06dc\\u06df-\\u06e4\\u06e7\\u06e8\\u06ea-\\u06ed]',
    '[\\u08d3-\\u08e1\\u08e3-\\u08ff]',
    '[\\p{Cf}\\ufe00-\\ufe0f\\u{e0100}-\\u{e01ef}]',
  ].join('|'),
  'gu',
);

/** Letters that NFKD does not take apart, and forms of one letter that differ by keyboard or place in the word. */
const plainLetters: Readonly<Record<string, string>> = {
  ß: 'ss',
  ø: 'o',
  ł: 'l',
  đ: 'd',
  ð: 'd',
  þ: 'th',
  æ: 'ae',
  œ: 'oe',
  ı: 'i',
  ħ: 'h',
  ŧ: 't',
  ς: 'σ',
  ی: 'ي',
  ک: 'ك',
};
const replaced = new RegExp(`[${Object.keys(plainLetters).join('')}]`, 'gu');

/**
 * Folds case, accents and look-alikes, so that texts which a reader takes for the same words become the same:
 * "ÉTÉ" → "ete", "Straße" → "strasse", "Ｌｏｎｄｏｎ" → "london". Folding twice changes nothing more.
 */
export function foldText(text: string): string {
  let lower = text.toLowerCase();
  if (!notAscii.test(lower)) return lower;
  lower = lower.replace(typographic, toPlainSign);
  if (!notAscii.test(lower)) return lower;
  return (
    lower
      .normalize('NFKD')
      .toLowerCase()
      // Again: the vertical and small forms of dashes come out of NFKD as the usual ones.
      .replace(typographic, toPlainSign)
      .replace(dropped, '')
      .replace(replaced, (letter) => plainLetters[letter] ?? letter)
      .normalize('NFC')
  );
}
