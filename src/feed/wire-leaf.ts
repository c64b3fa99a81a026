import type { FeedFormat } from '../model/incoming.ts';
import type { Frame } from './open-elements.ts';
import type { WireText } from './wire-text.ts';

/** Texts that may hold HTML unescaped; they end only at an element that HTML doesn't have. */
const htmlTexts = new Set(
  'description content summary content:encoded body fullitem xhtml:body xhtml:div tagline subtitle info rights'.split(
    ' ',
  ),
);
const alsoHtml = new Set(
  'title link summary source image content body name width height email id'.split(' '),
);

/** The open element that collects its content. */
export class WireLeaf {
  readonly text: WireText;
  /** Elements inside that were too deep to keep. */
  flattened = 0;

  constructor(
    readonly frame: Frame,
    /** How many elements are open around it. */
    readonly depth: number,
    readonly attributes: string,
    text: WireText,
  ) {
    this.text = text;
  }

  /** Whether a start tag of a known element inside says that the text's own end tag was forgotten. `isInside`: markup is open. */
  isEndedBy(name: string, prefix: string | undefined, format: FeedFormat, isInside: boolean): boolean {
    if (prefix === undefined || prefix === 'xhtml') return false;
    if (format === 'atom' && (this.frame.name === 'content' || isInside)) return false;
    return !htmlTexts.has(this.frame.name) || !alsoHtml.has(name);
  }
}

/** Whether an end tag is of an element so far out that it ends what was flattened, too. */
export function isOuterTag(raw: string): boolean {
  return /(^|:)(item|entry|channel|feed|rss)$/.test(raw);
}
