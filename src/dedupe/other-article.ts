import type { NewEntry } from '../model/entry.ts';

/** The least share of the shorter text's words that two versions of one article have in common. */
const leastCommon = 0.2;
/** What is read of title and summary, in UTF-16 units. */
const longestText = 1000;

/** Words of four letters or more; each letter of the scripts that set no spaces. */
const word =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]|(?:(?![\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}])[\p{L}\p{N}]){4,}/gu;

/**
 * A function that says of entries with the guid and the address of `one` whether they are plainly another article, as
 * on blogs whose software gives one guid twice. True only when titles and bodies differ and hardly a word of the shorter
 * text is in the other: a headline may be rewritten from scratch, but not the whole text. False when neither has more
 * than a title.
 */
export function createOtherArticle(one: NewEntry): (other: NewEntry) => boolean {
  let words: ReadonlySet<string> | undefined;
  return (other) => {
    if (one.title === other.title) return false;
    if (one.summary === other.summary && one.contentHtml === other.contentHtml) return false;
    words ??= listWords(one);
    return !haveCommonWords(words, listWords(other));
  };
}

function listWords({ title, summary }: NewEntry): ReadonlySet<string> {
  return new Set(`${title}\n${summary}`.slice(0, longestText).toLowerCase().match(word));
}

function haveCommonWords(one: ReadonlySet<string>, other: ReadonlySet<string>): boolean {
  const [short, long] = one.size < other.size ? [one, other] : [other, one];
  let common = 0;
  for (const word of short) if (long.has(word)) common++;
  return common >= short.size * leastCommon;
}
