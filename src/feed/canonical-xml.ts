import type { FeedFormat } from '../model/incoming.ts';
import type { RawTag } from './read-tags.ts';
import { listAttributes, type WirePlace, type WireScope } from './wire-scope.ts';
import { escapeAttribute } from './wire-text.ts';

/** In front of an index into `texts`; a non-character that is stripped from every document, so no document can forge it. */
export const textMark = '\uFDD0';
/** The attribute that holds an index into `places`; none of the document's own attributes is kept under this name. */
export const placeAttribute = 's';

/** What the XML only refers to, so that no parser has to look at it. */
export interface WireTables {
  /** Long texts, and those with markup. */
  texts: readonly string[];
  /** The different xml:base and xml:lang that are in force somewhere. */
  places: readonly WirePlace[];
}

const keptAttributes = new Set(
  `version href rel type hreflang title length url domain scheme label term mode src ispermalink text role medium
  filesize duration isdefault width height rdf:about rdf:resource`.split(/\s+/),
);

/** Writes a feed as well-formed XML: the feed's own elements first, then the items that were finished. */
export class CanonicalXml {
  /** Names of the elements that were written. */
  readonly names = new Set<string>();
  /** Elements that were written, in all and for the feed or the item that is open. */
  elementCount = 0;
  private headCount = 0;
  private openCount = 0;
  private readonly texts: string[] = [];
  private readonly places: WirePlace[] = [];
  private readonly placeIndexes = new Map<WirePlace, number>();
  private readonly head: string[] = [];
  private readonly items: string[] = [];
  private feedAttributes = '';
  private item: string[] | undefined;

  get tables(): WireTables {
    return { texts: this.texts, places: this.places };
  }

  /** Elements of the item that is open, else of the feed. */
  get ownElementCount(): number {
    return this.item ? this.openCount : this.headCount;
  }

  get itemCount(): number {
    return this.items.length;
  }

  get isItemOpen(): boolean {
    return this.item !== undefined;
  }

  openFeed(attributes: string): void {
    this.feedAttributes = attributes;
  }

  openItem(name: string, attributes: string): void {
    this.item = [`<${name}${attributes}>`];
    this.openCount = 0;
  }

  closeItem(name: string): void {
    if (!this.item) return;
    // Without anything in it rss-parser would take the item for a string.
    if (this.item.length === 1 && this.item[0] === `<${name}>`) this.item[0] = `<${name} empty="yes">`;
    this.items.push(`${this.item.join('')}</${name}>`);
    this.item = undefined;
  }

  /** Forgets the item that is open. */
  dropItem(): void {
    this.item = undefined;
  }

  openParent(name: string, attributes: string): void {
    this.count(name);
    this.write(`<${name}${attributes}>`);
  }

  closeParent(name: string, characters: string): void {
    this.write(`${this.toToken(characters)}</${name}>`);
  }

  writeText(name: string, attributes: string, value: string): void {
    this.count(name);
    this.write(`<${name}${attributes}>${this.toToken(value)}</${name}>`);
  }

  /** An Atom link with its address between the tags; rss-parser can't bear a link without attributes. */
  writeLink(attributes: string, url: string): void {
    this.count('link');
    if (url) this.write(`<link href="${this.toToken(url)}"${attributes}/>`);
  }

  /** The attributes that are read, each once, and a reference to the base and language in force. */
  toAttributes(tag: RawTag, scope: WireScope): string {
    let written = '';
    const seen: string[] = [];
    for (const { prefix, local, value } of listAttributes(tag, scope)) {
      const name = prefix ? `${prefix}:${local}` : local;
      if (!keptAttributes.has(name) || seen.includes(name)) continue;
      seen.push(name);
      written += ` ${name}="${this.toToken(value)}"`;
    }
    const { place } = scope;
    if (place.base === undefined && place.language === undefined) return written;
    return `${written} ${placeAttribute}="${this.toPlaceIndex(place)}"`;
  }

  toXml(format: FeedFormat, version: string | undefined): string {
    const head = this.head.join('');
    const items = this.items.join('');
    // Without an attribute rss-parser wouldn't know an empty feed for one.
    if (format === 'atom') return `<feed empty="no"${this.feedAttributes}>${head}${items}</feed>`;
    if (format === 'rdf') {
      return `<rdf:RDF><channel${this.feedAttributes}>${head}</channel>${items}</rdf:RDF>`;
    }
    const declared = version ? ` version="${escapeAttribute(version)}"` : '';
    return `<rss${declared}><channel${this.feedAttributes}>${head}${items}</channel></rss>`;
  }

  private count(name: string): void {
    this.names.add(name);
    this.elementCount++;
    if (this.item) this.openCount++;
    else this.headCount++;
  }

  private toPlaceIndex(place: WirePlace): number {
    let index = this.placeIndexes.get(place);
    if (index === undefined) {
      index = this.places.push(place) - 1;
      this.placeIndexes.set(place, index);
    }
    return index;
  }

  private write(xml: string): void {
    (this.item ?? this.head).push(xml);
  }

  private toToken(value: string): string {
    if (value.length <= 64 && !/[&<>"\r\n\t]/.test(value)) return value;
    return `${textMark}${this.texts.push(value) - 1}`;
  }
}
