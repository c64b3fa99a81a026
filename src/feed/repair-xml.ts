import type { FeedFormat } from '../model/incoming.ts';
import { CanonicalXml } from './canonical-xml.ts';
import { createTagReader, type RawTag, type TagListener, type TagReader } from './read-tags.ts';
import { toWireName, type WireKind } from './wire-names.ts';
import { findRootFormat, findVersion } from './wire-root.ts';
import { enterScope, listAttributes, outerScope, splitName, type WireScope } from './wire-scope.ts';
import { WireText } from './wire-text.ts';
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
  /** Texts that the XML only refers to, by `textMark` and their index. */
  texts: readonly string[];
  warnings: string[];
}

type RepairFailure = 'html-page' | 'not-a-feed' | 'too-deep';
export type RepairResult = RepairedFeed | { outcome: RepairFailure };

/** Stands for a `<` that opens no tag while the document is tokenized. */
const strayMark = '\uFDD1';
const strayOpenings = /<+(?![a-z_:/!?\u0080-\uFFFF])/gi;

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
  const clean = stripControls(text).replace(strayOpenings, (run) => strayMark.repeat(run.length));
  const doctype = parseDoctype(clean);
  const source = doctype.end === 0 ? clean : clean.slice(0, doctype.start) + clean.slice(doctype.end);
  return new XmlRepairer(source, limits, createEntityDecoder(doctype.entities), documentUrl).run();
}

function restoreStray(text: string): string {
  return text.includes(strayMark) ? text.replaceAll(strayMark, '<') : text;
}

type FrameKind = 'root' | 'feed' | 'item' | 'markup' | 'skipped' | WireKind;

/** An element that is open. */
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

/** The text element that is open: everything inside it is its content. */
interface Leaf {
  frame: Frame;
  text: WireText;
  attributes: string;
  /** Elements inside that were too deep to keep. */
  flattened: number;
}

class XmlRepairer implements TagListener {
  private readonly reader: TagReader;
  private readonly stack: Frame[] = [];
  private readonly out = new CanonicalXml();
  private readonly warnings: string[] = [];
  private format: FeedFormat | undefined;
  private version: string | undefined;
  private leaf: Leaf | undefined;
  private failure: RepairFailure = 'not-a-feed';

  constructor(
    source: string,
    private readonly limits: RepairLimits,
    entities: EntityDecoder,
    private readonly documentUrl: string | undefined,
  ) {
    const decode = (raw: string): string => restoreStray(entities.decode(raw));
    this.reader = createTagReader(source, { xmlMode: true, decode }, this);
  }

  run(): RepairResult {
    this.reader.read();
    const { format, version, out, warnings } = this;
    if (!format) return { outcome: this.failure };
    this.closeAll();
    const { itemCount, names, texts } = out;
    return {
      outcome: 'feed',
      format,
      version,
      xml: out.toXml(format, version),
      itemCount,
      names,
      texts,
      warnings,
    };
  }

  open(tag: RawTag, isSelfClosing: boolean): void {
    if (!this.format) {
      this.openRoot(tag, isSelfClosing);
      return;
    }
    const scope = enterScope(this.stack.at(-1)?.scope ?? outerScope, tag, this.documentUrl);
    const { prefix, local } = splitName(tag.name, scope);
    const { name, kind } = toWireName(this.format, prefix, local);
    const isItem = name === (this.format === 'atom' ? 'entry' : 'item');
    if (this.leaf) {
      if (!this.endsLeaf(this.leaf, name, prefix, isItem || kind !== undefined)) {
        this.openMarkup(this.leaf, tag, scope, isSelfClosing);
        return;
      }
      this.closeDownTo(this.stack.indexOf(this.leaf.frame));
    }
    if (this.stack.length >= this.limits.maxDepth) this.stop('too-deep');
    else this.openElement(tag, scope, name, isItem ? 'item' : kind, isSelfClosing);
  }

  text(text: string, isCdata: boolean): void {
    if (this.leaf) {
      const characters = isCdata ? restoreStray(text) : text;
      this.leaf.text.addCharacters(characters, isCdata && this.format !== 'atom');
      return;
    }
    const frame = this.stack.at(-1);
    if (frame?.kind === 'parent') frame.characters += isCdata ? restoreStray(text) : text;
  }

  close(raw: string): void {
    const { leaf } = this;
    if (leaf && leaf.flattened > 0 && leaf.frame.raw !== raw && !isItemTag(raw)) {
      leaf.flattened--;
      return;
    }
    const index = this.stack.findLastIndex((frame) => frame.raw === raw);
    if (index >= 0) this.closeDownTo(index);
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
    if (local === 'entry') this.openItem(tag, own, 'entry');
    else if (local === 'channel' || format === 'atom') this.openFeed(tag, own);
    else this.push('root', tag, local, own);
    if (isSelfClosing) this.closeDownTo(0);
  }

  private openElement(
    tag: RawTag,
    scope: WireScope,
    name: string,
    kind: WireKind | 'item' | undefined,
    isSelfClosing: boolean,
  ): void {
    const depth = this.stack.length;
    if (kind === 'item') {
      if (isSelfClosing && tag.attributes.length === 0) return; // says nothing, not even that the last one ended
      this.openItem(tag, scope, name);
    } else if (name === 'channel') this.openFeed(tag, scope);
    else if (!kind || this.stack.at(-1)?.kind === 'skipped') this.push('skipped', tag, name, scope);
    else this.openKnown(tag, scope, name, kind);
    if (isSelfClosing && this.stack.length > 0) this.closeDownTo(Math.min(depth, this.stack.length - 1));
  }

  private openFeed(tag: RawTag, scope: WireScope): void {
    if (this.out.isItemOpen) this.closeDownTo(this.findOpenItem());
    this.out.openFeed(this.out.toAttributes(tag, scope));
    this.push('feed', tag, 'channel', scope);
  }

  private openItem(tag: RawTag, scope: WireScope, name: string): void {
    if (this.out.isItemOpen) this.closeDownTo(this.findOpenItem());
    if (this.out.itemCount >= this.limits.maxItems) {
      this.warnings.push(`Only the first ${this.limits.maxItems} items were read.`);
      this.closeDownTo(0);
      return;
    }
    this.out.openItem(name, this.out.toAttributes(tag, scope));
    this.push('item', tag, name, scope);
  }

  private openKnown(tag: RawTag, scope: WireScope, name: string, kind: WireKind): void {
    const attributes = this.out.toAttributes(tag, scope);
    const frame = this.push(kind, tag, name, scope);
    if (kind === 'text') this.leaf = { frame, text: new WireText(), attributes, flattened: 0 };
    else this.out.openParent(name, attributes);
  }

  private openMarkup(leaf: Leaf, tag: RawTag, scope: WireScope, isSelfClosing: boolean): void {
    if (this.stack.length >= this.limits.maxDepth) {
      if (!isSelfClosing) leaf.flattened++;
      return;
    }
    const { local } = splitName(tag.name, scope);
    const base = scope.base === leaf.frame.scope.base ? undefined : scope.base;
    const isOpen = leaf.text.open(local, listAttributes(tag, scope), base);
    if (isOpen && isSelfClosing) leaf.text.close(local);
    else if (isOpen) this.push('markup', tag, local, scope);
  }

  /** Whether a start tag inside a text says that the text's own end tag was forgotten. */
  private endsLeaf({ frame }: Leaf, name: string, prefix: string | undefined, isKnown: boolean): boolean {
    if (!isKnown || prefix === undefined || prefix === 'xhtml') return false;
    if (this.format === 'atom' && (frame.name === 'content' || this.stack.at(-1) !== frame)) return false;
    return !htmlTexts.has(frame.name) || !alsoHtml.has(name);
  }

  private push(kind: FrameKind, tag: RawTag, name: string, scope: WireScope): Frame {
    const frame = { kind, raw: tag.name, name, scope, characters: '' };
    this.stack.push(frame);
    return frame;
  }

  /** Closes elements until so many are open; when none is, the document has ended, whatever follows. */
  private closeDownTo(depth: number): void {
    while (this.stack.length > depth) {
      const frame = this.stack.pop();
      if (frame) this.closeFrame(frame);
    }
    if (depth === 0) this.reader.stop();
  }

  private closeFrame(frame: Frame): void {
    if (frame.kind === 'markup') this.leaf?.text.close(frame.name);
    else if (frame.kind === 'text') this.closeLeaf(frame.name);
    else if (frame.kind === 'parent') this.out.closeParent(frame.name, frame.characters.trim());
    else if (frame.kind === 'item') this.out.closeItem(frame.name);
  }

  private closeLeaf(name: string): void {
    if (!this.leaf) return;
    const { text, attributes } = this.leaf;
    this.leaf = undefined;
    if (this.format === 'atom' && name === 'link' && !attributes.includes(' href="')) {
      this.out.writeLink(attributes, text.toString());
    } else {
      this.out.writeText(name, text.hasMarkup ? ` inline="html"${attributes}` : attributes, text.toString());
    }
  }

  /** At the end of the document: what is still open was cut off. */
  private closeAll(): void {
    if (this.stack.length === 0) return;
    const last = this.out.isItemOpen ? '; its last, unfinished item was left out' : '';
    this.warnings.push(`The document breaks off before its end${last}.`);
    if (this.out.isItemOpen) {
      this.stack.length = this.findOpenItem();
      this.leaf = undefined;
      this.out.dropItem();
    }
    this.closeDownTo(0);
  }

  private findOpenItem(): number {
    return this.stack.findIndex((frame) => frame.kind === 'item');
  }

  private stop(failure: RepairFailure): void {
    this.failure = failure;
    this.format = undefined;
    this.reader.stop();
  }
}

function isItemTag(raw: string): boolean {
  return /(^|:)(item|entry|channel|feed|rss)$/.test(raw);
}
