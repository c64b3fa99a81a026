import { Tokenizer, type TokenizerCallbacks } from 'htmlparser2';
import type { FeedFormat } from '../model/incoming.ts';
import { toWireName, type WireKind } from './wire-names.ts';
import {
  enterScope,
  listAttributes,
  outerScope,
  type RawTag,
  splitName,
  type WireScope,
} from './wire-scope.ts';
import { escapeAttribute, WireText } from './wire-text.ts';
import { createEntityDecoder, type EntityDecoder, parseDoctype, stripControls } from './xml-entities.ts';

/** Caps that are checked before any library sees the document. */
export interface RepairLimits {
  maxItems: number;
  /** Elements inside one another. */
  maxDepth: number;
}

/** A document as well-formed XML in canonical names, ready for a plain XML parser. */
export interface RepairedFeed {
  outcome: 'feed';
  format: FeedFormat;
  version?: string;
  xml: string;
  itemCount: number;
  /** Names of the elements in it. */
  names: ReadonlySet<string>;
  /** Texts that the XML only refers to, by `textMark` and their index: long ones, and those with markup. */
  texts: string[];
  warnings: string[];
}

export type RepairResult = RepairedFeed | { outcome: 'html-page' | 'not-a-feed' | 'too-deep' };

/** In front of an index into `texts`; a non-character that is stripped from every document, so no document can forge it. */
export const textMark = '\uFDD0';
/** Stands for a `<` that opens no tag while the document is tokenized. */
const strayMark = '\uFDD1';
const strayOpening = /<(?![a-z_:/!?\u0080-\uFFFF])/gi;

/** Attributes of one tag that are read; of more, the last ones overwrite each other. */
const maxAttributes = 200;

type FrameKind = 'root' | 'feed' | 'item' | 'markup' | 'skipped' | WireKind;

interface Frame {
  kind: FrameKind;
  /** As written, in lower case: what an end tag is matched with. */
  raw: string;
  /** Canonical name; the local name for markup. */
  name: string;
  scope: WireScope;
  /** Characters of a `parent` element. */
  characters: string;
}

const keptAttributes = new Set(
  `version href rel type hreflang title length url domain scheme label term mode src ispermalink text role medium
  filesize duration isdefault width height rdf:about rdf:resource`.split(/\s+/),
);

/** Texts that may hold HTML unescaped; they end only at an element that HTML doesn't have. */
const htmlTexts = new Set(
  'description content summary content:encoded body fullitem xhtml:body xhtml:div tagline subtitle info rights'.split(
    ' ',
  ),
);
const alsoHtml = new Set(
  'title link summary source image content body name width height email id'.split(' '),
);

/**
 * One linear, tolerant pass over an XML feed: namespaces become the prefixes we know, xml:base and xml:lang are written
 * on every element that they are in force for, child elements of texts become escaped HTML, entities become characters,
 * what a broken document left open is closed, unknown elements are left out, items come one after the other.
 * A document that breaks off loses its last, unfinished item. Depth and number of items are counted on the way.
 */
export function repairXml(text: string, limits: RepairLimits, documentUrl?: string): RepairResult {
  const clean = stripControls(text).replace(strayOpening, strayMark);
  const doctype = parseDoctype(clean);
  const source = clean.slice(0, doctype.start) + clean.slice(doctype.end);
  const repairer = new XmlRepairer(source, limits, createEntityDecoder(doctype.entities), documentUrl);
  return repairer.run();
}

class XmlRepairer implements TokenizerCallbacks {
  private readonly tokenizer = new Tokenizer({ xmlMode: true, decodeEntities: false }, this);
  private readonly stack: Frame[] = [];
  private readonly head: string[] = [];
  private readonly items: string[] = [];
  private readonly texts: string[] = [];
  private readonly warnings: string[] = [];
  private readonly names = new Set<string>();
  private item: string[] | undefined;
  private format: FeedFormat | undefined;
  private version: string | undefined;
  private feedAttributes = '';
  private leaf: WireText | undefined;
  private leafAttributes = '';
  private tag: RawTag = { name: '', attributes: [] };
  private value = '';
  private flattened = 0;
  private ended = false;
  private failure: 'html-page' | 'too-deep' | undefined;

  constructor(
    private readonly source: string,
    private readonly limits: RepairLimits,
    private readonly entities: EntityDecoder,
    private readonly documentUrl: string | undefined,
  ) {}

  run(): RepairResult {
    this.tokenizer.write(this.source);
    this.tokenizer.end();
    if (this.failure) return { outcome: this.failure };
    if (!this.format) return { outcome: 'not-a-feed' };
    this.closeAll();
    const { format, version, names, texts, warnings } = this;
    const itemCount = this.items.length;
    return { outcome: 'feed', format, version, xml: this.toXml(format), itemCount, names, texts, warnings };
  }

  onopentagname(start: number, end: number): void {
    this.tag = { name: this.source.slice(start, end).toLowerCase(), attributes: [] };
  }

  onattribname(start: number, end: number): void {
    this.value = '';
    if (this.tag.attributes.length >= maxAttributes) this.tag.attributes.pop();
    this.tag.attributes.push([this.source.slice(start, end).toLowerCase(), '']);
  }

  onattribdata(start: number, end: number): void {
    this.value += this.source.slice(start, end);
  }

  onattribend(): void {
    const attribute = this.tag.attributes.at(-1);
    if (attribute) attribute[1] = this.decode(this.value);
  }

  onopentagend(): void {
    this.openTag(false);
  }

  onselfclosingtag(): void {
    this.openTag(true);
  }

  ontext(start: number, end: number): void {
    this.addCharacters(this.decode(this.source.slice(start, end)), false);
  }

  oncdata(start: number, end: number, endOffset: number): void {
    this.addCharacters(this.source.slice(start, end - endOffset).replaceAll(strayMark, '<'), true);
  }

  onclosetag(start: number, end: number): void {
    const raw = this.source.slice(start, end).toLowerCase();
    if (this.flattened > 0 && this.leafFrame()?.raw !== raw && !isItemTag(raw)) {
      this.flattened--;
      return;
    }
    const index = this.stack.findLastIndex((frame) => frame.raw === raw);
    if (index >= 0) this.closeDownTo(index);
  }

  onend(): void {
    this.ended = true;
  }

  onattribentity(): void {}
  ontextentity(): void {}
  oncomment(): void {}
  ondeclaration(): void {}
  onprocessinginstruction(): void {}

  private openTag(isSelfClosing: boolean): void {
    const { tag } = this;
    if (!this.format) {
      this.openRoot(tag, isSelfClosing);
      return;
    }
    const outer = this.stack.at(-1)?.scope ?? outerScope;
    const scope = enterScope(outer, tag, this.documentUrl);
    const { prefix, local } = splitName(tag.name, scope);
    const { name, kind } = toWireName(this.format, prefix, local);
    const isItem = name === (this.format === 'atom' ? 'entry' : 'item');
    const leaf = this.leafFrame();
    if (leaf && !this.endsLeaf(leaf, name, prefix, isItem || kind !== undefined)) {
      this.openMarkup(tag, scope, leaf, isSelfClosing);
      return;
    }
    if (leaf) this.closeDownTo(this.stack.indexOf(leaf));
    if (this.stack.length >= this.limits.maxDepth) {
      this.stop('too-deep');
      return;
    }
    if (isItem && isSelfClosing && tag.attributes.length === 0) return; // says nothing, not even that the last one ended
    if (isItem) this.openItem(tag, scope, name);
    else if (name === 'channel') this.openFeed(tag, scope);
    else this.openElement(tag, scope, name, this.isSkipping() ? undefined : kind);
    if (isSelfClosing && !this.ended) this.closeDownTo(this.stack.length - 1);
  }

  private openRoot(tag: RawTag, isSelfClosing: boolean): void {
    const scope = enterScope(outerScope, tag, this.documentUrl);
    const { prefix, local } = splitName(tag.name, scope);
    const format = findRootFormat(local, prefix);
    if (!format) {
      if (local === 'html') this.stop('html-page');
      return;
    }
    this.format = format;
    this.version = findVersion(format, tag);
    // Whatever namespace a root has by default, its children without prefix are the format's own.
    const own = { ...scope, namespaces: new Map(scope.namespaces).set('', '') };
    if (local === 'channel') this.openFeed(tag, own);
    else if (local === 'entry') this.openItem(tag, own, 'entry');
    else if (format === 'atom') this.openFeed(tag, own);
    else this.push('root', tag, local, own);
    if (isSelfClosing) this.closeDownTo(0);
  }

  private openFeed(tag: RawTag, scope: WireScope): void {
    if (this.item) this.closeDownTo(this.stack.findIndex((frame) => frame.kind === 'item'));
    this.feedAttributes = this.toAttributes(tag, scope);
    this.push('feed', tag, 'channel', scope);
  }

  private openItem(tag: RawTag, scope: WireScope, name: string): void {
    const unclosed = this.stack.findIndex((frame) => frame.kind === 'item');
    if (unclosed >= 0) this.closeDownTo(unclosed);
    if (this.items.length >= this.limits.maxItems) {
      this.warnings.push(`Only the first ${this.limits.maxItems} items were read.`);
      this.ended = true;
      this.tokenizer.pause();
      this.stack.length = 0;
      return;
    }
    this.item = [`<${name}${this.toAttributes(tag, scope)}>`];
    this.push('item', tag, name, scope);
  }

  private openElement(tag: RawTag, scope: WireScope, name: string, kind: WireKind | undefined): void {
    if (!kind) {
      this.push('skipped', tag, name, scope);
      return;
    }
    const attributes = this.toAttributes(tag, scope);
    this.names.add(name);
    if (kind === 'text') {
      this.leaf = new WireText();
      this.leafAttributes = attributes;
    } else {
      this.write(`<${name}${attributes}>`);
    }
    this.push(kind, tag, name, scope);
  }

  private openMarkup(tag: RawTag, scope: WireScope, leaf: Frame, isSelfClosing: boolean): void {
    if (this.stack.length >= this.limits.maxDepth) {
      if (!isSelfClosing) this.flattened++;
      return;
    }
    const { local } = splitName(tag.name, scope);
    const base = scope.base === leaf.scope.base ? undefined : scope.base;
    const isOpen = this.leaf?.open(local, listAttributes(tag, scope), base);
    if (!isOpen) return;
    if (isSelfClosing) this.leaf?.close(local);
    else this.push('markup', tag, local, scope);
  }

  /** Whether a start tag inside a text says that the text's own end tag was forgotten. */
  private endsLeaf(leaf: Frame, name: string, prefix: string | undefined, isKnown: boolean): boolean {
    if (!isKnown || prefix === undefined || prefix === 'xhtml') return false;
    if (this.format === 'atom' && (leaf.name === 'content' || this.stack.at(-1) !== leaf)) return false;
    return !htmlTexts.has(leaf.name) || !alsoHtml.has(name);
  }

  private push(kind: FrameKind, tag: RawTag, name: string, scope: WireScope): void {
    this.stack.push({ kind, raw: tag.name, name, scope, characters: '' });
  }

  private closeDownTo(index: number): void {
    while (this.stack.length > index) {
      const frame = this.stack.pop();
      if (frame) this.closeFrame(frame);
    }
    if (this.stack.length === 0 && this.format && !this.ended) {
      this.ended = true;
      this.tokenizer.pause();
    }
  }

  private closeFrame(frame: Frame): void {
    if (frame.kind === 'markup') this.leaf?.close(frame.name);
    else if (frame.kind === 'text') this.closeLeaf(frame);
    else if (frame.kind === 'parent') this.write(`${this.toToken(frame.characters.trim())}</${frame.name}>`);
    else if (frame.kind === 'item' && this.item) {
      // Without anything in it rss-parser would take the item for a string.
      if (this.item.length === 1 && this.item[0] === `<${frame.name}>`) {
        this.item[0] = `<${frame.name} lenient="yes">`;
      }
      this.item.push(`</${frame.name}>`);
      this.items.push(this.item.join(''));
      this.item = undefined;
    }
  }

  private closeLeaf(frame: Frame): void {
    const { leaf } = this;
    this.leaf = undefined;
    this.flattened = 0;
    if (!leaf) return;
    const inline = leaf.hasMarkup ? ' inline="html"' : '';
    const value = this.toToken(leaf.toString());
    if (this.format === 'atom' && frame.name === 'link' && !/ href="/.test(this.leafAttributes)) {
      // An address between the tags instead of in the attribute; and rss-parser can't bear a link without attributes.
      if (value) this.write(`<link href="${value}"${this.leafAttributes}/>`);
      return;
    }
    this.write(`<${frame.name}${inline}${this.leafAttributes}>${value}</${frame.name}>`);
  }

  /** At the end of the document: what is still open was cut off. */
  private closeAll(): void {
    if (this.stack.length === 0) return;
    const isItemOpen = this.item !== undefined;
    const last = isItemOpen ? '; its last, unfinished item was left out' : '';
    this.warnings.push(`The document breaks off before its end${last}.`);
    if (isItemOpen) {
      this.stack.length = this.stack.findIndex((frame) => frame.kind === 'item');
      this.item = undefined;
      this.leaf = undefined;
    }
    this.closeDownTo(0);
  }

  private stop(failure: 'html-page' | 'too-deep'): void {
    this.failure = failure;
    this.ended = true;
    this.tokenizer.pause();
  }

  private addCharacters(text: string, isCdata: boolean): void {
    if (this.leaf) {
      this.leaf.addCharacters(text, isCdata && this.format !== 'atom');
      return;
    }
    const frame = this.stack.at(-1);
    if (frame?.kind === 'parent') frame.characters += text;
  }

  private leafFrame(): Frame | undefined {
    return this.leaf ? this.stack.findLast((frame) => frame.kind === 'text') : undefined;
  }

  private isSkipping(): boolean {
    return this.stack.at(-1)?.kind === 'skipped';
  }

  private write(xml: string): void {
    (this.item ?? this.head).push(xml);
  }

  private decode(raw: string): string {
    const decoded = this.entities.decode(raw);
    return decoded.includes(strayMark) ? decoded.replaceAll(strayMark, '<') : decoded;
  }

  private toToken(value: string): string {
    if (value.length <= 64 && !/[&<>\r]/.test(value)) return value;
    return `${textMark}${this.texts.push(value) - 1}`;
  }

  private toAttributes(tag: RawTag, scope: WireScope): string {
    let written = '';
    const seen = new Set<string>();
    for (const { prefix, local, value } of listAttributes(tag, scope)) {
      const name = prefix ? `${prefix}:${local}` : local;
      if (!keptAttributes.has(name) || seen.has(name)) continue;
      seen.add(name);
      written += ` ${name}="${value.length > 256 ? this.toToken(value) : escapeAttribute(value)}"`;
    }
    if (scope.base !== undefined) written += ` xml:base="${escapeAttribute(scope.base)}"`;
    if (scope.language !== undefined) written += ` xml:lang="${escapeAttribute(scope.language)}"`;
    return written;
  }

  private toXml(format: FeedFormat): string {
    const head = this.head.join('');
    const items = this.items.join('');
    // Without an attribute rss-parser wouldn't know an empty feed for one.
    if (format === 'atom') return `<feed lenient="yes"${this.feedAttributes}>${head}${items}</feed>`;
    if (format === 'rdf')
      return `<rdf:RDF><channel${this.feedAttributes}>${head}</channel>${items}</rdf:RDF>`;
    const version = this.version ? ` version="${escapeAttribute(this.version)}"` : '';
    return `<rss${version}><channel${this.feedAttributes}>${head}${items}</channel></rss>`;
  }
}

function isItemTag(raw: string): boolean {
  return /(^|:)(item|entry|channel|feed|rss)$/.test(raw);
}

function findRootFormat(local: string, prefix: string | undefined): FeedFormat | undefined {
  if (local === 'rdf' && (prefix === 'rdf' || prefix === undefined)) return 'rdf';
  if (local === 'rss' || local === 'channel') return 'rss';
  if ((local === 'feed' || local === 'entry') && prefix !== 'xhtml') return 'atom';
  return undefined;
}

function findVersion(format: FeedFormat, tag: RawTag): string | undefined {
  const attributes = new Map(tag.attributes);
  const version = attributes.get('version')?.trim().slice(0, 20);
  if (format === 'rss') return version || undefined;
  const declared = tag.attributes
    .filter(([name]) => name.startsWith('xmlns'))
    .map(([, value]) => value.toLowerCase());
  if (format === 'atom')
    return version || (declared.some((uri) => uri.includes('purl.org/')) ? '0.3' : '1.0');
  return declared.some((uri) => uri.includes('netscape.com')) ? '0.90' : '1.0';
}
