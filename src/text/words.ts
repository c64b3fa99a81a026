/** Scripts that put no spaces between words. */
const unspaced = ['Han', 'Hiragana', 'Katakana', 'Bopomofo', 'Thai', 'Lao', 'Khmer', 'Myanmar']
  .map((script) => `\\p{Script_Extensions=${script}}`)
  .join('');
const unspacedLetter = new RegExp(`[${unspaced}]`, 'u');
const unspacedRun = new RegExp(`[${unspaced}]+`, 'gu');

const notAscii = /[\u0080-\u{10ffff}]/u;
const asciiSigns = /[^a-z0-9 ]+/g;
const gaps = /[^\p{L}\p{N}\p{M}]+/gu;
const hyphenated = /[\p{L}\p{N}\p{M}-]+/gu;
const initialism = /(?<![\p{L}\p{N}\p{M}.])\p{L}(?:\.\p{L})+(?![\p{L}\p{N}\p{M}])/uy;
const gapInside = /[^\p{L}\p{N}\p{M}]/u;

/**
 * The words of a folded text on one line, a space before and after each: " middle east ", so that a phrase is a
 * substring. Words are runs of letters, digits and marks; runs of scripts without spaces stand apart from others.
 * One space when there is no word.
 */
export function toWordLine(folded: string): string {
  let line: string;
  if (notAscii.test(folded)) {
    line = folded.replace(gaps, ' ');
    if (unspacedLetter.test(line)) line = line.replace(unspacedRun, ' $& ').replace(/ {2,}/g, ' ');
  } else {
    line = folded.replace(asciiSigns, ' ').replace(/ {2,}/g, ' ');
  }
  const words = line.trim();
  return words === '' ? ' ' : ` ${words} `;
}

/** Whether a part of a word line is of a script without spaces. */
export function isUnspaced(part: string): boolean {
  return unspacedLetter.test(part);
}

/**
 * The solid spellings of words that a folded text writes in pieces: "co-operation" → "cooperation", "covid-19" →
 * "covid19", "u.k." → "uk". Words with apostrophes have none ("she'll" is not "shell"), nor have numbers.
 */
export function listSolidForms(folded: string): string[] {
  return [...listUnhyphenated(folded), ...listInitialisms(folded)];
}

/** Looks only at the pieces between spaces that have a hyphen: going through the whole text costs far more. */
function listUnhyphenated(folded: string): string[] {
  const solid: string[] = [];
  let at = folded.indexOf('-');
  while (at !== -1) {
    const next = folded.indexOf(' ', at);
    const end = next === -1 ? folded.length : next;
    for (const [chunk] of folded.slice(folded.lastIndexOf(' ', at) + 1, end).matchAll(hyphenated)) {
      const form = toSolidForm(chunk);
      if (form !== undefined) solid.push(form);
    }
    at = folded.indexOf('-', end);
  }
  return solid;
}

function listInitialisms(folded: string): string[] {
  const solid: string[] = [];
  for (let at = folded.indexOf('.'); at !== -1; at = folded.indexOf('.', at + 1)) {
    const next = folded[at + 1];
    if (next === undefined || next === ' ') continue;
    initialism.lastIndex = at - 1;
    const initials = at > 0 ? initialism.exec(folded)?.[0] : undefined;
    if (initials === undefined) continue;
    solid.push(initials.replaceAll('.', ''));
    at += initials.length - 2;
  }
  return solid;
}

/** "co-operation" → "cooperation"; undefined for what is not several parts with hyphens between, one a letter. */
export function toSolidForm(folded: string): string | undefined {
  const parts = folded.split('-').filter((part) => part !== '');
  const solid = parts.join('');
  return parts.length > 1 && !gapInside.test(solid) && /\p{L}/u.test(solid) ? solid : undefined;
}
