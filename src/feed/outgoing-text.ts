import { escapeAttribute, escapeText } from 'entities';
import { toCorrectionWords } from '../model/correction.ts';
import type { OutgoingItem } from '../model/outgoing.ts';
import { parseUrl } from '../model/parse-url.ts';

/** What XML 1.0 forbids (§2.2) or advises against: controls but tab, LF, CR; lone surrogates; noncharacters. */
const unsendable = /(?![\t\n\r])[\p{Cc}\p{Cs}\p{Noncharacter_Code_Point}]/gu;
/** Left as they are by the URL parser, but not allowed in a URI (RFC 3986 §2). */
const notInUri = /[[\]|^`{}\\"<>]|%(?![0-9a-f]{2})/gi;
const languageTag = /^[a-z]{2,3}(?:-[a-z0-9]{2,8}){0,6}$/i;
/**
 * Characters that XML must escape travel through the libraries as stand-ins: noncharacters (Unicode §23.7),
 * which toSendable has removed from all that was there. So no library escapes twice, unescapes, wraps text in
 * CDATA sections or forgets an attribute; and toEscaped puts the references in their place at the end.
 */
const standIns = { '&': '\uFDD0', '<': '\uFDD1', '>': '\uFDD2' } as const;
const coverageInBody = 10;

/** Text without the characters that no XML document should hold, with LF as its only line break. */
export function toSendable(text: string): string {
  return text.replace(/\r\n?/g, '\n').replace(unsendable, '');
}

/** The same on one line, without space at its ends: titles, names, categories. */
export function toOneLine(text: string): string {
  return toSendable(text)
    .replace(/[ \t\n\u2028\u2029]+/g, ' ')
    .trim();
}

/**
 * An address as a URI (RFC 3986): spaces and IRIs encoded, the host in ASCII, without a name and password, which
 * are nobody else's business. Undefined unless it is an absolute http(s) address.
 */
export function toAbsoluteUrl(address: string | undefined): string | undefined {
  const url = parseUrl(address ?? '');
  if (url?.protocol !== 'http:' && url?.protocol !== 'https:') return undefined;
  url.username = '';
  url.password = '';
  const { protocol, href } = url;
  const pathAt = href.indexOf('/', protocol.length + 2);
  const encoded = href.slice(pathAt).replace(notInUri, (character) => encodeURIComponent(character));
  const [path = '', ...fragments] = encoded.split('#');
  const fragment = fragments.length === 0 ? '' : `#${fragments.join('%23')}`;
  return href.slice(0, pathAt) + path + fragment;
}

/** A BCP 47 tag, or undefined when it isn't one (also for `und`, which says nothing). */
export function toLanguage(tag: string | undefined): string | undefined {
  const trimmed = tag?.trim() ?? '';
  return languageTag.test(trimmed) && trimmed.toLowerCase() !== 'und' ? trimmed : undefined;
}

/**
 * The HTML that readers show, the same in all formats: the content and what an editor corrected in it, or else the
 * corrections before the summary as a paragraph, then the publisher by name and link, then further coverage, then related stories. Never empty.
 */
export function toBody(item: OutgoingItem): string {
  const summary = item.summary === '' ? '' : `<p>${escapeText(item.summary)}</p>`;
  const corrections = (item.corrections ?? []).map((one) => `<p>${escapeText(toCorrectionWords(one))}</p>`);
  const own = item.contentHtml ? [item.contentHtml, ...corrections] : [...corrections, summary];
  const attribution = `<p>Source: ${toAnchor(item.url, item.source.title)}</p>`;
  const coverage = toLinkList('Further coverage:', item.coverage.slice(0, coverageInBody));
  const related = toLinkList('Related stories:', item.related);
  return [...own, attribution, coverage, related].filter((part) => part !== '').join('\n');
}

/** The summary for readers that show nothing else; corrections come first where there is no content that has them. */
export function toSummary({ summary, contentHtml, corrections = [] }: OutgoingItem): string {
  if (contentHtml || corrections.length === 0) return summary;
  return [...corrections.map(toCorrectionWords), summary].filter((part) => part !== '').join('\n');
}

function toLinkList(heading: string, reports: OutgoingItem['coverage']): string {
  if (reports.length === 0) return '';
  const lines = reports.map(
    ({ url, title, source }) => `<li>${toAnchor(url, title)}${source && ` (${escapeText(source)})`}</li>`,
  );
  return `<p>${heading}</p>\n<ul>\n${lines.join('\n')}\n</ul>`;
}

function toAnchor(url: string, text: string): string {
  return `<a href="${escapeAttribute(url)}">${escapeText(text)}</a>`;
}

/** Plain text (or HTML as text) to hand to a library that writes XML. */
export function toUnescaped(text: string): string {
  return text.replace(/[&<>]/g, (character) => standIns[character as keyof typeof standIns]);
}

/** The library's XML with real references instead of the stand-ins. */
export function toEscaped(xml: string, references: { '&': string; '<': string; '>': string }): string {
  return xml
    .replaceAll(standIns['&'], references['&'])
    .replaceAll(standIns['<'], references['<'])
    .replaceAll(standIns['>'], references['>']);
}
