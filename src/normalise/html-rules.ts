import type sanitizeHtml from 'sanitize-html';
import {
  pickDirection,
  toHref,
  toImageAttributes,
  toPlayerAttributes,
  toSourceAttributes,
  withAbsolute,
} from './html-attributes.ts';
import { toAbsoluteUrl } from './urls.ts';
import { findVideoPage } from './video-pages.ts';

/** Elements below this depth lose their tags and keep their text. */
const depthLimit = 100;

/** Only such as end an open paragraph like the element that they become: else the result would parse differently. */
const blocks = 'article section main header footer aside nav address'.split(' ');
const renamed: Record<string, string> = { h1: 'h2', strike: 's', tt: 'code', acronym: 'abbr' };
const linkRelation = 'nofollow noopener';
/**
 * Name for elements whose tags go and whose contents stay. The library may not be told to rename an element to one that
 * isn't allowed (it then writes that name when the next element of the same depth closes), so it writes these tags, and
 * they are taken out of its output, where every `<` begins a whole tag.
 */
const unwrap = 'unwrap';
/** The tags of that name. */
export const unwrapTags = /<\/?unwrap>/g;

// The commonest first: the library looks through the list at every tag.
const allowedTags =
  `p a br img em strong li ul div h2 h3 h4 h5 h6 ol blockquote b i u s figure figcaption picture code
  pre kbd samp var dl dt dd del ins sub sup small mark abbr cite q dfn time wbr hr table caption colgroup col thead tbody
  tfoot tr th td details summary video audio source bdi bdo ruby rt rp span ${unwrap}`.split(/\s+/);

/** What the library keeps of a body, made once. */
export const articleOptions: sanitizeHtml.IOptions = {
  allowedTags,
  allowedAttributes: {
    '*': ['lang', 'dir'],
    a: ['href', 'title', 'rel'],
    abbr: ['title'],
    blockquote: ['cite'],
    q: ['cite'],
    del: ['cite', 'datetime'],
    ins: ['cite', 'datetime'],
    time: ['datetime'],
    img: ['src', 'srcset', 'alt', 'width', 'height', 'title'],
    source: ['src', 'srcset', 'type', 'media'],
    video: ['src', 'poster', 'controls', 'width', 'height', 'preload'],
    audio: ['src', 'controls', 'preload'],
    ol: ['start', 'reversed', 'type'],
    li: ['value'],
    th: ['colspan', 'rowspan', 'scope'],
    td: ['colspan', 'rowspan'],
    col: ['span'],
    colgroup: ['span'],
    details: ['open'],
  },
  selfClosing: ['img', 'br', 'hr', 'source', 'wbr', 'col'],
  nonTextTags: `script style textarea option select button xmp iframe noframes noembed title template svg math
    object embed applet`.split(/\s+/),
  allowedSchemes: ['http', 'https'],
  allowedSchemesByTag: { a: ['http', 'https', 'mailto'] },
  allowProtocolRelative: false,
  disallowedTagsMode: 'discard',
  nestingLimit: depthLimit,
  parseStyleAttributes: false,
  transformTags: makeTransforms(),
  onOpenTag: noteOpenTag,
  onCloseTag: noteCloseTag,
};

/** What the library's callbacks know of the text in hand. Sanitising is synchronous, so there is one at a time. */
export const inHand: {
  baseUrl?: string;
  lastImage?: string;
  depth: number;
  vanishing: number;
  misnested: boolean;
} = {
  depth: 0,
  vanishing: 0,
  misnested: false,
};

/** Elements that end others by beginning (HTML §13.1.2.4), as far as they are allowed or renamed. */
const endsOthers = new Set(
  `p li dd dt td th tr tbody tfoot rt rp div ul ol dl table blockquote pre hr figure figcaption details h1 h2 h3 h4 h5 h6
  ${blocks.join(' ')}`.split(/\s+/),
);
const allowed = new Set(allowedTags);
/** Dropped together with all that is in them, or empty: they keep nothing apart. */
const leavesNothing = new Set(
  'script style svg math iframe input meta link base area param track embed'.split(' '),
);

function mayVanish(name: string): boolean {
  return name === 'a' || name === 'span' || !(allowed.has(name) || name in renamed || endsOthers.has(name));
}

function noteOpenTag(name: string): void {
  inHand.depth++;
  if (endsOthers.has(name)) {
    if (inHand.vanishing > 0 || inHand.depth > depthLimit) inHand.misnested = true;
  } else if (mayVanish(name) && !leavesNothing.has(name)) inHand.vanishing++;
}

function noteCloseTag(name: string): void {
  inHand.depth--;
  if (!endsOthers.has(name) && mayVanish(name) && !leavesNothing.has(name)) inHand.vanishing--;
}

function makeTransforms(): Record<string, sanitizeHtml.Transformer> {
  const drop = (): sanitizeHtml.Tag => ({ tagName: unwrap, attribs: {} });
  return {
    ...makeRenames(),
    [unwrap]: drop,
    span: (tagName, attribs) => (attribs.lang || attribs.dir ? { tagName, attribs } : drop()),
    a: (tagName, from) => {
      const href = toHref(from.href, inHand.baseUrl);
      return href === undefined ? drop() : { tagName, attribs: { ...from, href, rel: linkRelation } };
    },
    img: (tagName, from) => {
      const attribs = toImageAttributes(from, inHand.baseUrl);
      // The copy inside <noscript> that goes with a late-loaded picture.
      if (attribs === undefined || attribs.src === inHand.lastImage) return drop();
      inHand.lastImage = attribs.src;
      return { tagName, attribs: { ...attribs, ...pickDirection(from) } };
    },
    source: (tagName, from) => {
      const attribs = toSourceAttributes(from, inHand.baseUrl);
      return attribs === undefined ? drop() : { tagName, attribs };
    },
    video: (tagName, from) => ({ tagName, attribs: toPlayerAttributes(from, inHand.baseUrl) }),
    audio: (tagName, from) => ({ tagName, attribs: toPlayerAttributes(from, inHand.baseUrl) }),
    iframe: (tagName, from): sanitizeHtml.Tag => {
      const page = findVideoPage(toAbsoluteUrl(from.src || from['data-src'], inHand.baseUrl));
      if (page === undefined) return { tagName, attribs: {} };
      return { tagName: 'a', attribs: { href: page, rel: linkRelation }, text: page };
    },
  };
}

/** Elements that become others, and those of which only a cited address needs care. */
function makeRenames(): Record<string, sanitizeHtml.Transformer> {
  const transforms: Record<string, sanitizeHtml.Transformer> = {};
  for (const name of blocks) transforms[name] = (_, attribs) => ({ tagName: 'div', attribs });
  for (const [name, tagName] of Object.entries(renamed))
    transforms[name] = (_, attribs) => ({ tagName, attribs });
  for (const name of ['blockquote', 'q', 'del', 'ins']) {
    transforms[name] = (tagName, from) => ({ tagName, attribs: withAbsolute(from, 'cite', inHand.baseUrl) });
  }
  return transforms;
}
