import type { FeedFormat } from '../model/incoming.ts';
import { CanonicalXml } from './canonical-xml.ts';
import { type Frame, OpenElements } from './open-elements.ts';
import type { RawTag } from './read-tags.ts';
import type { ResolveUrl } from './resolve-url.ts';
import { isOuterTag, WireLeaf } from './wire-leaf.ts';
import type { WireKind } from './wire-names.ts';
import { listAttributes, splitName, type WireScope } from './wire-scope.ts';
import { WireText } from './wire-text.ts';

/** The elements that are open and what was written of the closed ones; an element is written as a whole when it closes. */
export class WireTree {
  readonly stack = new OpenElements();
  readonly out = new CanonicalXml();
  /** Undefined until the root was found. */
  format: FeedFormat | undefined;
  private leaf: WireLeaf | undefined;

  constructor(
    private readonly maxDepth: number,
    private readonly resolve: ResolveUrl,
  ) {}

  /** Whether a text is open: tags are its markup then. */
  get isInText(): boolean {
    return this.leaf !== undefined;
  }

  /** Takes characters. Outside Atom, those of a CDATA section may be HTML as they stand. */
  addText(text: string, isCdata: boolean): void {
    const { top } = this.stack;
    if (this.leaf) this.leaf.text.addCharacters(text, isCdata && this.format !== 'atom');
    else if (top?.kind === 'parent') top.characters += text;
  }

  openKnown(tag: RawTag, scope: WireScope, name: string, kind: WireKind): void {
    const { depth } = this.stack;
    const attributes = this.out.toAttributes(tag, scope);
    const frame = this.stack.push(kind, tag, name, scope);
    if (kind === 'text') this.leaf = new WireLeaf(frame, depth, attributes, new WireText(this.resolve));
    else this.out.openParent(name, attributes);
  }

  /** Takes a start tag inside the open text. */
  openMarkup(tag: RawTag, scope: WireScope, isSelfClosing: boolean): void {
    const { leaf } = this;
    if (!leaf) return;
    if (this.stack.depth >= this.maxDepth) {
      if (!isSelfClosing) leaf.flattened++;
      return;
    }
    const { local } = splitName(tag.name, scope);
    const { base } = scope.place;
    const ownBase = base === leaf.frame.scope.place.base ? undefined : base;
    const isOpen = leaf.text.open(local, listAttributes(tag, scope), ownBase);
    if (isOpen && isSelfClosing) leaf.text.close(local);
    else if (isOpen) this.stack.push('markup', tag, local, scope);
  }

  /** Ends the open text where a start tag says that its end tag was forgotten; returns whether it did. */
  endText(name: string, prefix: string | undefined): boolean {
    const { leaf, format } = this;
    if (!leaf || !format || !leaf.isEndedBy(name, prefix, format, this.stack.top !== leaf.frame))
      return false;
    this.closeDownTo(leaf.depth);
    return true;
  }

  /** Takes an end tag; one of nothing that is open is overlooked. */
  close(raw: string): void {
    const { leaf } = this;
    if (leaf && leaf.flattened > 0 && leaf.frame.raw !== raw && !isOuterTag(raw)) {
      leaf.flattened--;
      return;
    }
    const depth = this.stack.findNamed(raw);
    if (depth !== undefined) this.closeDownTo(depth);
  }

  /** Closes elements until so many are open. */
  closeDownTo(depth: number): void {
    while (this.stack.depth > depth) {
      const frame = this.stack.pop();
      if (frame) this.closeFrame(frame);
    }
  }

  /** Forgets the item that is open, with all that is open inside it. */
  dropItem(): void {
    const depth = this.stack.findItem();
    if (depth === undefined) return;
    while (this.stack.depth > depth) this.stack.pop();
    this.leaf = undefined;
    this.out.dropItem();
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
    if (this.format === 'atom' && name === 'link' && !attributes.includes(' href="'))
      this.out.writeLink(attributes, text.toString());
    else
      this.out.writeText(name, text.hasMarkup ? ` inline="html"${attributes}` : attributes, text.toString());
  }
}
