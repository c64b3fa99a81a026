import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import {
  type Complaint,
  findHtmlComplaints,
  findRepeated,
  isId,
  isLanguage,
  isMediaType,
  isRfc3339,
  isUri,
} from './feed-rules.ts';
import { askXmllint, findText, listNamed, tryToParse, warnOnce } from './well-formed.ts';
import type { XmlElement } from './xml-tree.ts';

const schema = fileURLToPath(new URL('../../../shared/schemas/atom.rng', import.meta.url));
const atom = 'http://www.w3.org/2005/Atom';

/**
 * Checks Atom by the RELAX NG schema of RFC 4287 (skipped loudly without xmllint or the schema) and by what
 * §§3 and 4 say beyond it. Empty when there is nothing to say.
 */
export function validateAtom(xml: string): Complaint[] {
  const parsed = tryToParse(xml);
  if ('complaints' in parsed) return parsed.complaints;
  const { root } = parsed;
  if (root.name !== 'feed' || root.namespace !== atom) return ['error: the root is not atom:feed'];
  const entries = listNamed(root, 'entry', atom);
  const keys = entries.map((entry) => `${findText(entry, 'id', atom)} ${findText(entry, 'updated', atom)}`);
  const firstEntry = root.children.findIndex(({ name }) => name === 'entry');
  const isMisplaced =
    firstEntry !== -1 && root.children.slice(firstEntry).some(({ name }) => name !== 'entry');
  return [
    ...checkSchema(xml),
    ...checkAtomElement(root, 'feed'),
    ...(listNamed(root, 'link', atom).some((link) => link.attributes.get('rel') === 'self')
      ? []
      : ['warning: feed has no link to itself (MissingSelf)' as const]),
    ...(isMisplaced ? ['error: elements of the feed after its entries (MisplacedMetadata)' as const] : []),
    ...findRepeated(keys).map(
      (key): Complaint => `error: two entries of the same id and date: ${key} (§4.1.1)`,
    ),
    ...findRepeated(entries.map((entry) => findText(entry, 'id', atom) ?? '')).map(
      (id): Complaint => `warning: the id ${id} comes twice (DuplicateEntries)`,
    ),
    ...entries.flatMap((entry, index) => checkEntry(entry, root, `entry ${index + 1}`)),
  ];
}

function checkSchema(xml: string): Complaint[] {
  if (!existsSync(schema)) {
    warnOnce(`SKIPPED: no schema at ${schema}; Atom is checked by hand-written rules alone`);
    return [];
  }
  const lines = askXmllint(xml, ['--relaxng', schema]) ?? [];
  return lines
    .filter((line) => !line.endsWith('fails to validate'))
    .map((line): Complaint => `error: schema: ${line}`);
}

const elements = new Set(
  `author category content contributor entry generator icon id link logo published rights source subtitle
   summary title updated`.split(/\s+/),
);

/** Of RFC 4287, RFC 5005 and WebSub. */
const relations = new Set(
  'alternate self related enclosure via hub current prev-archive next-archive'.split(' '),
);

/** The rules of atom:feed, atom:entry and atom:source alike. */
function checkAtomElement(element: XmlElement, where: string): Complaint[] {
  const complaints: Complaint[] = [];
  for (const name of ['id', 'title', 'updated']) {
    if (!findText(element, name, atom)?.trim())
      complaints.push(`error: ${where} has no ${name} (MissingElement)`);
  }
  // Of deleted entries there are as many as were deleted (RFC 6721 §3).
  const once = element.children.filter(
    ({ name }) => !['author', 'category', 'contributor', 'entry', 'link', 'deleted-entry'].includes(name),
  );
  for (const name of findRepeated(once.map(({ name, namespace }) => namespace + name))) {
    complaints.push(`error: ${where} holds ${name} twice (DuplicateElement)`);
  }
  for (const { name, namespace } of element.children) {
    if ((namespace === atom || namespace === '') && !elements.has(name)) {
      complaints.push(`error: ${where} holds the unknown ${name} (UndefinedElement)`);
    }
  }
  const id = findText(element, 'id', atom) ?? '';
  if (!isId(id)) complaints.push(`error: ${where} id ${JSON.stringify(id)} (InvalidFullLink)`);
  for (const name of ['updated', 'published']) {
    const date = findText(element, name, atom);
    if (date !== undefined && !isRfc3339(date))
      complaints.push(`error: ${where} ${name} ${date} (InvalidRFC3339Date)`);
  }
  for (const child of element.children) complaints.push(...checkTextConstruct(child, where));
  for (const person of [...listNamed(element, 'author', atom), ...listNamed(element, 'contributor', atom)]) {
    if (!findText(person, 'name', atom)?.trim())
      complaints.push(`error: ${where} has a person without a name`);
    const page = findText(person, 'uri', atom);
    if (page !== undefined && !isUri(page))
      complaints.push(`error: ${where} person uri ${page} (InvalidURI)`);
  }
  const language = element.attributes.get('{http://www.w3.org/XML/1998/namespace}lang');
  if (language !== undefined && !isLanguage(language))
    complaints.push(`error: ${where} xml:lang (InvalidLanguage)`);
  return [...complaints, ...checkLinks(element, where)];
}

function checkTextConstruct(
  { name, namespace, attributes, text, children }: XmlElement,
  where: string,
): Complaint[] {
  if (namespace !== atom || !['title', 'subtitle', 'summary', 'rights', 'content'].includes(name)) return [];
  const type = attributes.get('type') ?? 'text';
  if (!['text', 'html'].includes(type))
    return [`error: ${where} ${name} of the type ${type} (InvalidTextType)`];
  if (children.length > 0) return [`error: ${where} ${name} holds elements (UndefinedElement)`];
  if (text.trim() === '') return [`warning: ${where} ${name} is blank (NotBlank)`];
  if (/[\u0080-\u009F\uFFFD]/.test(text)) return [`warning: ${where} ${name} (BadCharacters)`];
  return type === 'html' ? findHtmlComplaints(text, `${where} ${name}`) : [];
}

function checkLinks(element: XmlElement, where: string): Complaint[] {
  const complaints: Complaint[] = [];
  const links = listNamed(element, 'link', atom).map(({ attributes }) => Object.fromEntries(attributes));
  for (const { href, rel = 'alternate', type, length } of links) {
    if (!isUri(href)) complaints.push(`error: ${where} link ${href} (InvalidLink)`);
    if (!relations.has(rel)) {
      complaints.push(`warning: ${where} link relation ${rel} (UnregisteredAtomLinkRel)`);
    }
    if (type !== undefined && !isMediaType(type))
      complaints.push(`error: ${where} link type (InvalidMIMEType)`);
    if (length !== undefined && !/^\d+$/.test(length)) complaints.push(`error: ${where} link length`);
  }
  const alternates = links.filter(({ rel = 'alternate' }) => rel === 'alternate');
  for (const key of findRepeated(alternates.map(({ type, hreflang }) => `${type} ${hreflang}`))) {
    complaints.push(`error: ${where} has two alternate links of ${key} (DuplicateAtomLink)`);
  }
  return complaints;
}

function checkEntry(entry: XmlElement, feed: XmlElement, where: string): Complaint[] {
  const complaints = checkAtomElement(entry, where);
  const [source] = listNamed(entry, 'source', atom);
  const hasAuthor = [entry, source, feed].some(
    (place) => place && listNamed(place, 'author', atom).length > 0,
  );
  if (!hasAuthor) complaints.push(`error: ${where} has no author (§4.1.2)`);
  const isAlternate = (link: XmlElement) => (link.attributes.get('rel') ?? 'alternate') === 'alternate';
  if (!listNamed(entry, 'content', atom)[0] && !listNamed(entry, 'link', atom).some(isAlternate)) {
    complaints.push(`error: ${where} has neither content nor an alternate link (§4.1.2)`);
  }
  for (const category of listNamed(entry, 'category', atom)) {
    if (!category.attributes.get('term')?.trim())
      complaints.push(`error: ${where} category without a term (§4.2.2.1)`);
  }
  if (source) complaints.push(...checkAtomElement(source, `${where} source`));
  return complaints;
}
