import { generateOpml, type Opml, parseOpml as parseDocument } from 'feedsmith';
import { repairOpml } from './repair-opml.ts';
import { escapeText } from './wire-text.ts';
import { stripControls } from './xml-entities.ts';

/** A source in a subscription list. */
export interface OpmlOutline {
  feedUrl: string;
  siteUrl?: string;
  title?: string;
  /** Names of the folders around it, outermost first, then those of its `category` attribute. */
  categories: string[];
}

/** A source to write: the shape that parseOpml reads, and the language of the feed (OPML 2.0, Subscription lists). */
export interface OpmlSource extends OpmlOutline {
  language?: string;
}

type ParsedOutline = Opml.Outline<string>;

/**
 * Reads an OPML subscription list (1.0, 1.1, 2.0) as a flat list in document order. Outlines without an http(s) `xmlUrl`
 * are left out, and so is an address that comes again; its folders are added to the first. Throws AppError `bad-opml`.
 */
export function parseOpml(text: string): OpmlOutline[] {
  const repaired = repairOpml(text);
  // feedsmith refuses a list without entries, which is a list all the same.
  if (!repaired.includes('<outline')) return [];
  const document = parseDocument(repaired);
  const byUrl = new Map<string, OpmlOutline>();
  collect(document.body?.outlines ?? [], [], byUrl);
  return [...byUrl.values()];
}

function collect(outlines: ParsedOutline[], folders: string[], byUrl: Map<string, OpmlOutline>): void {
  for (const outline of outlines) {
    const feedUrl = outline.xmlUrl?.trim();
    if (feedUrl && /^https?:\/\//i.test(feedUrl)) addSource(outline, feedUrl, folders, byUrl);
    if (!outline.outlines) continue;
    const name = (outline.title ?? outline.text)?.trim();
    collect(outline.outlines, name && !feedUrl ? [...folders, name] : folders, byUrl);
  }
}

function addSource(
  outline: ParsedOutline,
  feedUrl: string,
  folders: string[],
  byUrl: Map<string, OpmlOutline>,
): void {
  const categories = [...folders, ...splitCategories(outline.category)];
  const known = byUrl.get(feedUrl);
  if (known) {
    known.categories = [...new Set([...known.categories, ...categories])];
    return;
  }
  const siteUrl = outline.htmlUrl?.trim();
  const title = (outline.title ?? outline.text)?.trim();
  byUrl.set(feedUrl, {
    feedUrl,
    ...(siteUrl ? { siteUrl } : {}),
    ...(title ? { title } : {}),
    categories: [...new Set(categories)],
  });
}

/** `/Boston/Weather,/Harvard` (OPML 2.0): comma-separated paths. */
function splitCategories(category: string | undefined): string[] {
  const paths = (category ?? '').split(',');
  return paths
    .flatMap((path) => path.split('/'))
    .map((name) => name.trim())
    .filter((name) => name !== '');
}

/** Writes an OPML 2.0 subscription list; a source with categories stands in the folder of the first, others at the top. */
export function toOpml({ title, sources }: { title: string; sources: OpmlSource[] }): string {
  const folders = new Map<string, ParsedOutline[]>();
  const top: ParsedOutline[] = [];
  for (const source of sources) {
    const [folder] = source.categories;
    const outline = toOutline(source);
    if (folder === undefined) top.push(outline);
    else folders.set(folder, [...(folders.get(folder) ?? []), outline]);
  }
  // feedsmith refuses to write a list without entries.
  if (sources.length === 0) {
    const head = `<head><title>${escapeText(stripControls(title))}</title></head>`;
    return `<?xml version="1.0" encoding="utf-8"?>\n<opml version="2.0">${head}<body></body></opml>\n`;
  }
  const nested = [...folders].map(([text, outlines]) => ({ text: stripControls(text), outlines }));
  return generateOpml({ head: { title: stripControls(title) }, body: { outlines: [...nested, ...top] } });
}

function toOutline({ feedUrl, siteUrl, title, categories, language }: OpmlSource): ParsedOutline {
  const text = stripControls(title ?? feedUrl);
  const category = categories
    .slice(1)
    .map((name) => stripControls(name).replace(/[,/]/g, ' '))
    .join(',');
  return {
    text,
    title: text,
    type: 'rss',
    xmlUrl: feedUrl,
    ...(siteUrl ? { htmlUrl: siteUrl } : {}),
    ...(category ? { category } : {}),
    ...(language ? { language } : {}),
  };
}
