import type { FeedFormat } from '../model/incoming.ts';
import type { WireTables } from './canonical-xml.ts';
import { createTagReader, type RawTag, type TagListener, type TagReader } from './read-tags.ts';
import { createResolver, type ResolveUrl } from './resolve-url.ts';
import { toWireName, type WireKind } from './wire-names.ts';
import { findVersion, isDocumentTag, RootFinder } from './wire-root.ts';
import { enterScope, outerScope, splitName, toOwnScope, type WireScope } from './wire-scope.ts';
import { WireTree } from './wire-tree.ts';
import { createEntityDecoder, type EntityDecoder, parseDoctype, stripControls } from './xml-entities.ts';

/** Caps that are checked before any library sees the document. */
export interface RepairLimits {
  maxItems: number;
  /** Elements inside one another. */
  maxDepth: number;
  /** Elements that are read of one item or of the feed itself, and of all together. */
  maxItemElements: number;
  maxElements: number;
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
  tables: WireTables;
  warnings: string[];
}

type RepairFailure = 'html-page' | 'not-a-feed' | 'too-deep';
export type RepairResult = RepairedFeed | { outcome: RepairFailure };

/** Stands for a `<` that opens no tag while the document is tokenized. */
const strayMark = '\uFDD1';
const strayOpenings = /<+(?![a-z_:/!?\u0080-\uFFFF])/gi;

/**
 * One linear, tolerant pass over an XML feed: namespaces become the prefixes we know, every element refers
 * to the xml:base and xml:lang that are in force for it, child elements of texts become escaped HTML, entities become characters,
 * what a broken document left open is closed, unknown elements are left out, items come one after the other.
 * A document that breaks off loses its last, unfinished item. Depth and number of items are counted on the way.
 */
export function repairXml(text: string, limits: RepairLimits, documentUrl?: string): RepairResult {
  const clean = stripControls(text).replace(strayOpenings, (run) => strayMark.repeat(run.length));
  const doctype = parseDoctype(clean);
  const source = doctype.end === 0 ? clean : clean.slice(0, doctype.start) + clean.slice(doctype.end);
  return new XmlRepairer(source, limits, createEntityDecoder(doctype.entities), documentUrl).run();
}

function restoreStray(text: string): string {
  return text.includes(strayMark) ? text.replaceAll(strayMark, '<') : text;
}

class XmlRepairer implements TagListener {
  private readonly reader: TagReader;
  private readonly root = new RootFinder();
  private readonly resolve: ResolveUrl = createResolver();
  private readonly tree: WireTree;
  private readonly warnings = new Set<string>();
  private version: string | undefined;
  /** What the root hands down, also to items that come after its end. */
  private rootScope = outerScope;
  private failure: RepairFailure = 'not-a-feed';
  /** Something called an item came where none is read. */
  private hasStrayItem = false;
  private isReopened = false;

  constructor(
    source: string,
    private readonly limits: RepairLimits,
    entities: EntityDecoder,
    private readonly documentUrl: string | undefined,
  ) {
    const decode = (raw: string): string => restoreStray(entities.decode(raw));
    this.tree = new WireTree(limits.maxDepth, this.resolve);
    this.reader = createTagReader(source, { xmlMode: true, decode }, this);
  }

  run(): RepairResult {
    this.reader.read();
    const { version, tree } = this;
    const { out, format } = tree;
    if (format) this.closeAll();
    // A page may hold anything that looks like a feed; items make it one.
    if (this.root.isInPage && (!format || out.itemCount === 0)) return { outcome: 'html-page' };
    if (!format) return { outcome: this.failure };
    if (this.root.isInPage) this.warnings.add('The feed stands inside a web page.');
    if (this.hasStrayItem && out.itemCount === 0)
      this.warnings.add('The document has items, but in a namespace or a place where none can be read.');
    const { itemCount, names, tables } = out;
    const xml = out.toXml(format, version);
    return { outcome: 'feed', format, version, xml, itemCount, names, tables, warnings: [...this.warnings] };
  }

  open(tag: RawTag, isSelfClosing: boolean): void {
    const { format, stack } = this.tree;
    if (!format) {
      this.openRoot(tag, isSelfClosing);
      return;
    }
    const scope = this.enter(stack.top?.scope ?? this.rootScope, tag);
    const { prefix, local } = this.splitTagName(tag, scope);
    const { name, kind } = toWireName(format, prefix, local);
    const isItem = name === (format === 'atom' ? 'entry' : 'item');
    if (!isItem && (local === 'item' || local === 'entry')) this.hasStrayItem = true;
    if (stack.depth === 0 && !this.reopen(local, isItem)) return;
    const isKnown = isItem || kind !== undefined;
    if (this.tree.isInText && !this.tree.endText(name, isKnown ? prefix : undefined)) {
      this.tree.openMarkup(tag, scope, isSelfClosing);
      return;
    }
    if (stack.depth >= this.limits.maxDepth) this.stop('too-deep');
    else this.openElement(tag, scope, name, isItem ? 'item' : kind, isSelfClosing);
  }

  text(text: string, isCdata: boolean): void {
    this.tree.addText(isCdata ? restoreStray(text) : text, isCdata);
  }

  close(raw: string): void {
    if (!this.tree.format) {
      this.root.close(raw);
      return;
    }
    this.tree.close(raw);
  }

  private enter(outer: WireScope, tag: RawTag): WireScope {
    return enterScope(outer, tag, this.documentUrl, this.resolve);
  }

  private openRoot(tag: RawTag, isSelfClosing: boolean): void {
    const scope = this.enter(outerScope, tag);
    const found = this.root.find(tag, scope, isSelfClosing);
    if (!found) return;
    const { format, local } = found;
    this.tree.format = format;
    this.version = findVersion(format, tag);
    this.rootScope = toOwnScope(scope);
    if (local === 'entry') this.openItem(tag, this.rootScope, 'entry');
    else if (local === 'channel' || format === 'atom') this.openFeed(tag, this.rootScope);
    else this.tree.stack.push('root', tag, local, this.rootScope);
    if (isSelfClosing) this.tree.closeDownTo(0);
  }

  /** After the root's end: whether an item came that belongs to it all the same. Another document ends the reading. */
  private reopen(local: string, isItem: boolean): boolean {
    if (isDocumentTag(local)) {
      this.warnings.add('Another document follows this one; it was not read.');
      this.reader.stop();
    }
    if (!isItem) return false;
    this.isReopened = true;
    this.warnings.add('Items came after the document’s end; they were read too.');
    this.tree.stack.push('root', { name: '', attributes: [] }, '', this.rootScope);
    return true;
  }

  /**
   * A name's prefix and local part. Outside texts a name without prefix is the format's own when its default namespace is
   * unknown, and so is the name of an item or a channel in any: many a publisher declares something there.
   */
  private splitTagName(tag: RawTag, scope: WireScope): { prefix: string | undefined; local: string } {
    const split = splitName(tag.name, scope);
    if (this.tree.isInText || tag.name.includes(':')) return split;
    const isOwn = split.prefix === undefined || /^(item|entry|channel)$/.test(split.local);
    return isOwn ? { prefix: '', local: split.local } : split;
  }

  private openElement(
    tag: RawTag,
    scope: WireScope,
    name: string,
    kind: WireKind | 'item' | undefined,
    isSelfClosing: boolean,
  ): void {
    const { depth } = this.tree.stack;
    if (kind === 'item') {
      if (isSelfClosing && tag.attributes.length === 0) return; // says nothing, not even that the last one ended
      this.openItem(tag, toOwnScope(scope), name);
    } else if (name === 'channel' && !this.tree.out.isItemOpen) this.openFeed(tag, toOwnScope(scope));
    else if (!kind || this.tree.stack.top?.kind === 'skipped' || this.isFull())
      this.tree.stack.push('skipped', tag, name, scope);
    else this.tree.openKnown(tag, scope, name, kind);
    if (isSelfClosing && this.tree.stack.depth > 0)
      this.tree.closeDownTo(Math.min(depth, this.tree.stack.depth - 1));
  }

  private openFeed(tag: RawTag, scope: WireScope): void {
    this.tree.out.openFeed(this.tree.out.toAttributes(tag, scope));
    this.tree.stack.push('feed', tag, 'channel', scope);
  }

  private openItem(tag: RawTag, scope: WireScope, name: string): void {
    if (this.tree.out.isItemOpen) this.tree.closeDownTo(this.tree.stack.findItem() ?? 0);
    const { itemCount, elementCount } = this.tree.out;
    if (itemCount >= this.limits.maxItems || elementCount >= this.limits.maxElements) {
      this.warnings.add(`Only the first ${itemCount} items were read.`);
      this.tree.closeDownTo(0);
      this.reader.stop();
      return;
    }
    this.tree.out.openItem(name, this.tree.out.toAttributes(tag, scope));
    this.tree.stack.push('item', tag, name, scope);
  }

  /** Whether no more elements are read here. */
  private isFull(): boolean {
    const { maxItemElements, maxElements } = this.limits;
    if (this.tree.out.ownElementCount < maxItemElements && this.tree.out.elementCount < maxElements)
      return false;
    this.warnings.add(`Of one item ${maxItemElements} elements were read at most, of all ${maxElements}.`);
    return true;
  }

  /** At the end of the document: what is still open was cut off. */
  private closeAll(): void {
    if (this.tree.stack.depth === 0) return;
    const item = this.tree.stack.findItem();
    const last = item === undefined ? '' : '; its last, unfinished item was left out';
    if (!this.isReopened || last) this.warnings.add(`The document breaks off before its end${last}.`);
    this.tree.dropItem();
    this.tree.closeDownTo(0);
  }

  private stop(failure: RepairFailure): void {
    this.failure = failure;
    this.tree.format = undefined;
    this.reader.stop();
  }
}
