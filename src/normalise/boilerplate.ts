/** How far from the end a phrase may begin and still be the publisher's tail rather than prose. */
const tailLength = 400;

/** A name of a site is no longer than this. */
const siteLength = 120;

/** What stands before and behind the title in the tails that publishing software writes: "The post X appeared first on Y." */
const openers = [
  ['The post ', ' appeared first on '],
  ['The article ', ' appeared first on '],
  ['Der Beitrag ', ' erschien zuerst auf '],
  ['Der Artikel ', ' erschien zuerst auf '],
  ['L’article ', ' est apparu en premier sur '],
  ["L'article ", ' est apparu en premier sur '],
  ['La entrada ', ' se publicó primero en '],
  ['La entrada ', ' apareció primero en '],
  ["L'articolo ", ' proviene da '],
  ['L’articolo ', ' proviene da '],
  ['O post ', ' apareceu primeiro em '],
  ['Het bericht ', ' verscheen eerst op '],
  ['Artykuł ', ' pochodzi z serwisu '],
  ['Сообщение ', ' появились сначала на '],
] as const;

/** Whole phrases at the very end, lower case, without the dots and arrows around them. */
const endings = [
  'continue reading',
  'continue reading on',
  'keep reading',
  'read more',
  'read more here',
  'read the full story',
  'read the full article',
  'read full article',
  'read full story',
  'read the rest',
  'read the whole story',
  'click here to read more',
  'learn more',
  'view comments',
  'more',
  'weiterlesen',
  'mehr lesen',
  'mehr erfahren',
  'lire la suite',
  'lire plus',
  'leer más',
  'seguir leyendo',
  'continuar leyendo',
  'leggi tutto',
  'continua a leggere',
  'continua',
  'leia mais',
  'continue lendo',
  'ler mais',
  'lees verder',
  'lees meer',
  'czytaj więcej',
  'czytaj dalej',
  'читать далее',
  'läs mer',
  'læs mere',
  'les mer',
] as const;

/** Endings that are common words: they only count when two of three things show that they were a link. */
const needMark = new Set<string>([
  'more',
  'continua',
  'learn more',
  'read more',
  'continue reading',
  'keep reading',
  'read the rest',
]);
const marks = new Set([...' .…[]()→»›>:→⟶•|-–—']);

/**
 * Drops the phrases that publishing software puts at the end of an excerpt, in a few common languages: "[…]",
 * "Continue reading X", "Read more »", "The post X appeared first on Y". Text without them is returned as it is.
 */
export function dropBoilerplate(line: string): string {
  let text = line;
  for (let round = 0; round < 4; round++) {
    const shorter = dropEllipsis(dropEnding(dropOpener(text)));
    if (shorter === text) break;
    text = shorter;
  }
  return text;
}

function dropOpener(text: string): string {
  const from = Math.max(0, text.length - tailLength);
  for (const [start, middle] of openers) {
    const at = text.lastIndexOf(middle);
    if (at < from) continue;
    const begin = text.lastIndexOf(start, at);
    if (begin < 0 || at - begin >= tailLength || text.length - at - middle.length > siteLength) continue;
    if (looksLikeTitle(text.slice(begin + start.length, at))) return text.slice(0, begin).trimEnd();
  }
  // "Continue reading <the title>": the title follows, so the phrase isn't at the very end.
  const reading = text.lastIndexOf('Continue reading ');
  if (reading >= from && /[.!?…\]”"’»]\s*$/u.test(text.slice(Math.max(0, reading - 3), reading))) {
    return text.slice(0, reading).trimEnd();
  }
  return text;
}

/** Not the rest of a sentence: "The post | office closed. It | appeared first on Monday." */
function looksLikeTitle(text: string): boolean {
  return /^(?!\p{Ll}(?!\p{Lu}))\S/u.test(text);
}

function dropEnding(text: string): string {
  let end = text.length;
  while (end > 0 && marks.has(text.charAt(end - 1))) end--;
  const body = text.slice(Math.max(0, end - 60), end).toLowerCase();
  const marked = /[…[\](→»›>⟶]|\.\.\./u.test(text.slice(end));
  for (const ending of endings) {
    if (!body.endsWith(ending)) continue;
    const begin = end - ending.length;
    const before = text.slice(0, begin).trimEnd();
    const last = before.slice(-1);
    // "They asked for more" is prose; "More »" and "… Continue reading" were links.
    const apart = before === '' || /[.!?…:\]”"’»)[(|–—-]/u.test(last);
    const proof = Number(apart) + Number(marked) + Number(/^\p{Lu}/u.test(text.slice(begin)));
    if (needMark.has(ending) ? proof >= 2 : apart) {
      return before.replace(/[[(|–—-]$/u, '').trimEnd();
    }
  }
  return text;
}

function dropEllipsis(text: string): string {
  for (const mark of ['[…]', '[...]', '(…)', '(...)', '[ … ]', '[... ]']) {
    if (text.endsWith(mark)) return text.slice(0, -mark.length).trimEnd();
  }
  return text;
}
