type Detector = typeof import('eld/extrasmall').eld;

let detector: Detector | undefined;
let knownLanguages = new Set<string>();

/**
 * Loads the language detector, once: about 50 MB that only a process which cleans entries should pay. To be awaited
 * before the first normaliseFeed.
 */
export async function loadLanguageDetector(): Promise<void> {
  if (detector) return;
  const { eld } = await import('eld/extrasmall');
  // What the detector can tell; about other languages it has no say.
  knownLanguages = new Set(Object.values(eld.info().Languages));
  detector = eld;
}

function getDetector(): Detector {
  if (!detector) throw new Error('loadLanguageDetector() comes first');
  return detector;
}

/** Below this, in UTF-16 units, a detector guesses. */
const leastLength = 40;
const sampleLength = 1000;

/**
 * A declared language as a canonical BCP 47 tag: "en_us" → "en-US", "EN" → "en", "iw" → "he". Undefined for rubbish:
 * names of languages ("English"), "und", empty, malformed.
 */
export function toLanguageTag(declared: string | undefined): string | undefined {
  const tag = declared
    ?.trim()
    .replaceAll('_', '-')
    .split(/[,;\s]/, 1)[0];
  // A primary subtag of 4 to 8 letters is reserved (RFC 5646 §2.2.1): what stands there is a name such as "English".
  if (tag === undefined || tag.length > 35 || !/^[a-z]{2,3}(?:-[a-z0-9]{1,8})*$/i.test(tag)) return undefined;
  try {
    const canonical = Intl.getCanonicalLocales(tag)[0];
    return canonical === undefined || /^(?:und|mul|zxx|mis)\b/.test(canonical) ? undefined : canonical;
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

/** The language of plain text as an ISO 639-1 code; undefined when it is short or the detector isn't sure. */
export function detectLanguage(text: string): string | undefined {
  if (text.length < leastLength) return undefined;
  const result = getDetector().detect(text.slice(0, sampleLength));
  return result.isReliable() && result.language !== '' ? result.language : undefined;
}

/**
 * The declared language unless the text plainly speaks another: publishing software declares "en-US" for blogs in
 * every language. It takes a sure detection, a text of some length, and a score of the declared language that is
 * less than half of the detected one's, so that near languages (da/nb, hr/sr, id/ms) never outvote a publisher.
 * Undefined when nothing is declared, or when the declaration is refuted.
 */
export function toTrustedLanguage(declared: string | undefined, sample: string): string | undefined {
  const tag = toLanguageTag(declared);
  if (tag === undefined || sample.length < leastLength * 3) return tag;
  const result = getDetector().detect(sample.slice(0, sampleLength));
  const primary = tag.split('-', 1)[0] ?? tag;
  if (!result.isReliable() || result.language === primary || !knownLanguages.has(primary)) return tag;
  const scores = result.getScores();
  return (scores[primary] ?? 0) < (scores[result.language] ?? 0) / 2 ? undefined : tag;
}
