/** An element as a namespace-aware reader sees it. Attribute names are `local` or `{namespace}local`. */
export interface XmlElement {
  name: string;
  namespace: string;
  attributes: Map<string, string>;
  children: XmlElement[];
  /** Its own text, decoded. */
  text: string;
  /** Its own text as it stands in the document, without CDATA sections. */
  rawText: string;
}

const xmlNamespace = 'http://www.w3.org/XML/1998/namespace';
const entities: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };
const nameAt = /[\p{L}_][\p{L}\p{N}._:-]*/uy;
const attributeAt = /\s+([\p{L}_][\p{L}\p{N}._:-]*)\s*=\s*(?:"([^"<]*)"|'([^'<]*)')/uy;
const forbidden = /[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/u;

/**
 * Reads a document as strictly as XML 1.0 and Namespaces in XML ask: throws on anything that isn't well-formed,
 * on a prefix that isn't declared, and on a doctype, which no feed of ours has.
 */
export function parseXml(xml: string): XmlElement {
  if (forbidden.test(xml)) throw new Error('holds a character that XML does not allow');
  const reader = { xml, at: 0 };
  const declaration = /^<\?xml version="1\.0" encoding="utf-8"\?>\s*/.exec(xml);
  if (!declaration) throw new Error('does not begin with a declaration of UTF-8');
  reader.at = declaration[0].length;
  const root = readElement(reader, new Map([['xml', xmlNamespace]]));
  if (xml.slice(reader.at).trim() !== '') throw new Error('goes on after the root element');
  return root;
}

interface Reader {
  xml: string;
  at: number;
}

function readElement(reader: Reader, outer: Map<string, string>): XmlElement {
  expect(reader, '<');
  const qualified = take(reader, nameAt);
  const given = readAttributes(reader);
  const scope = new Map(outer);
  for (const [name, value] of given) {
    if (name === 'xmlns') scope.set('', value);
    else if (name.startsWith('xmlns:')) scope.set(name.slice(6), value);
  }
  const element: XmlElement = { ...resolve(qualified, scope), ...empty(), attributes: new Map() };
  for (const [name, value] of given) {
    if (name === 'xmlns' || name.startsWith('xmlns:')) continue;
    const resolved = name.includes(':') ? resolve(name, scope) : { name, namespace: '' };
    const key = resolved.namespace === '' ? resolved.name : `{${resolved.namespace}}${resolved.name}`;
    if (element.attributes.has(key)) throw new Error(`attribute ${key} twice`);
    element.attributes.set(key, value);
  }
  if (reader.xml.startsWith('/>', reader.at)) {
    reader.at += 2;
    return element;
  }
  expect(reader, '>');
  readContent(reader, element, scope);
  expect(reader, `</${qualified}>`);
  return element;
}

function empty() {
  return { children: [] as XmlElement[], text: '', rawText: '' };
}

function readContent(reader: Reader, element: XmlElement, scope: Map<string, string>): void {
  while (!reader.xml.startsWith('</', reader.at)) {
    if (reader.xml.startsWith('<![CDATA[', reader.at)) {
      const end = reader.xml.indexOf(']]>', reader.at);
      if (end === -1) throw new Error('a CDATA section has no end');
      element.text += reader.xml.slice(reader.at + 9, end);
      reader.at = end + 3;
    } else if (reader.xml.startsWith('<', reader.at)) {
      element.children.push(readElement(reader, scope));
    } else {
      const end = reader.xml.indexOf('<', reader.at);
      if (end === -1) throw new Error(`${element.name} has no end`);
      const raw = reader.xml.slice(reader.at, end);
      if (raw.includes(']]>')) throw new Error(']]> in text');
      element.text += decode(raw);
      element.rawText += raw;
      reader.at = end;
    }
  }
}

function readAttributes(reader: Reader): Map<string, string> {
  const attributes = new Map<string, string>();
  for (;;) {
    attributeAt.lastIndex = reader.at;
    const match = attributeAt.exec(reader.xml);
    if (!match) break;
    const [whole, name = '', double, single] = match;
    if (attributes.has(name)) throw new Error(`attribute ${name} twice`);
    attributes.set(name, decode((double ?? single ?? '').replace(/[\t\n\r]/g, ' ')));
    reader.at += whole.length;
  }
  while (/\s/.test(reader.xml[reader.at] ?? '')) reader.at += 1;
  return attributes;
}

function decode(raw: string): string {
  return raw.replace(/&([^;&]*;?)/g, (_whole, reference: string) => {
    if (!reference.endsWith(';')) throw new Error('a bare &');
    const name = reference.slice(0, -1);
    const number = /^#(?:x([0-9a-f]+)|([0-9]+))$/i.exec(name);
    if (number) return String.fromCodePoint(Number.parseInt(number[1] ?? number[2]!, number[1] ? 16 : 10));
    const character = entities[name];
    if (character === undefined) throw new Error(`the entity ${name} is not declared`);
    return character;
  });
}

function resolve(qualified: string, scope: Map<string, string>): { name: string; namespace: string } {
  const [local = '', prefix = ''] = qualified.split(':').reverse();
  const namespace = scope.get(prefix);
  if (prefix !== '' && namespace === undefined) throw new Error(`the prefix ${prefix} is not declared`);
  return { name: local, namespace: namespace ?? '' };
}

function take(reader: Reader, pattern: RegExp): string {
  pattern.lastIndex = reader.at;
  const match = pattern.exec(reader.xml);
  if (!match) throw new Error(`no name at ${reader.at}: ${reader.xml.slice(reader.at, reader.at + 20)}`);
  reader.at += match[0].length;
  return match[0];
}

function expect(reader: Reader, text: string): void {
  if (!reader.xml.startsWith(text, reader.at)) {
    throw new Error(`expected ${text} at ${reader.at}: ${reader.xml.slice(reader.at, reader.at + 20)}`);
  }
  reader.at += text.length;
}
