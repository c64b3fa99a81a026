import {
  type Complaint,
  findHtmlComplaints,
  findRepeated,
  isId,
  isLanguage,
  isMediaType,
  isRfc822,
  isRfc3339,
  isUri,
  looksLikeHtml,
} from './feed-rules.ts';
import { findText, listNamed, tryToParse } from './well-formed.ts';
import type { XmlElement } from './xml-tree.ts';

const atom = 'http://www.w3.org/2005/Atom';
const content = 'http://purl.org/rss/1.0/modules/content/';
const dc = 'http://purl.org/dc/elements/1.1/';
const media = 'http://search.yahoo.com/mrss/';
const history = 'http://purl.org/syndication/history/1.0';
const channelElements = new Set(
  `title link description language copyright managingEditor webMaster pubDate lastBuildDate category generator docs
   cloud ttl image textInput skipHours skipDays item`.split(/\s+/),
);
const itemElements = new Set(
  'title link description author category comments enclosure guid pubDate source'.split(' '),
);

/**
 * Checks RSS by the rules of the RSS 2.0 specification, the RSS Advisory Board's profile and the W3C's feed
 * validator (its messages are named in parentheses where they have one). Empty when there is nothing to say.
 */
export function validateRss(xml: string): Complaint[] {
  const parsed = tryToParse(xml);
  if ('complaints' in parsed) return parsed.complaints;
  const { root } = parsed;
  const [channel, ...others] = root.children;
  if (root.name !== 'rss' || root.namespace !== '' || root.attributes.get('version') !== '2.0') {
    return ['error: the root is not <rss version="2.0">'];
  }
  if (channel?.name !== 'channel' || others.length > 0) return ['error: <rss> must hold one <channel> only'];
  const items = listNamed(channel, 'item');
  return [
    ...checkChannel(channel),
    ...items.flatMap((item, index) => checkRssItem(item, `item ${index + 1}`)),
    ...findRepeated(items.map((item) => findText(item, 'guid') ?? '')).map(
      (guid): Complaint => `error: the guid ${guid} comes twice (DuplicateValue)`,
    ),
  ];
}

function checkChannel(channel: XmlElement): Complaint[] {
  const complaints: Complaint[] = [
    ...checkElements(channel, 'channel', channelElements, ['category', 'item', `{${atom}}link`]),
  ];
  for (const name of ['title', 'link', 'description']) {
    if (!findText(channel, name)?.trim()) complaints.push(`error: channel has no ${name} (Missing${name})`);
  }
  const firstItem = channel.children.findIndex(({ name }) => name === 'item');
  if (firstItem !== -1 && channel.children.slice(firstItem).some(({ name }) => name !== 'item')) {
    complaints.push('warning: elements of the channel after its items (MisplacedItem)');
  }
  for (const name of ['title', 'description', 'generator', 'copyright']) {
    complaints.push(...checkPlain(listNamed(channel, name), `channel ${name}`));
  }
  if (!isUri(findText(channel, 'link')))
    complaints.push('error: the channel link is no address (InvalidFullLink)');
  for (const date of [...listNamed(channel, 'lastBuildDate'), ...listNamed(channel, 'pubDate')]) {
    if (!isRfc822(date.text)) complaints.push(`error: ${date.name} ${date.text} (InvalidRFC2822Date)`);
  }
  const language = findText(channel, 'language');
  if (language !== undefined && !isLanguage(language))
    complaints.push(`error: language ${language} (InvalidLanguage)`);
  const docs = findText(channel, 'docs');
  if (docs !== undefined && !isUri(docs)) complaints.push('error: docs is no address (InvalidFullLink)');
  const ttl = findText(channel, 'ttl');
  if (ttl !== undefined && !/^[1-9]\d*$/.test(ttl)) complaints.push('error: ttl (InvalidPositiveInteger)');
  const self = listNamed(channel, 'link', atom).filter((link) => link.attributes.get('rel') === 'self');
  if (self.length !== 1) complaints.push('warning: not one atom:link to itself (MissingAtomSelfLink)');
  if (self.some((link) => !isUri(link.attributes.get('href'))))
    complaints.push('error: self link (InvalidLink)');
  if (self.some((link) => link.attributes.get('type') !== 'application/rss+xml')) {
    complaints.push('warning: the self link has not the type of RSS (SelfNotAtom)');
  }
  return complaints;
}

/** Unknown elements, those that come twice, and those of a namespace that no reader knows. */
function checkElements(
  parent: XmlElement,
  where: string,
  known: Set<string>,
  repeatable: string[],
): Complaint[] {
  const names = parent.children.map(({ name, namespace }) =>
    namespace === '' ? name : `{${namespace}}${name}`,
  );
  const unknown = parent.children.filter(({ name, namespace }) =>
    namespace === '' ? !known.has(name) : ![atom, content, dc, media, history].includes(namespace),
  );
  return [
    ...unknown.map(({ name }): Complaint => `error: ${where} holds the unknown <${name}> (UndefinedElement)`),
    ...findRepeated(names.filter((name) => !repeatable.includes(name))).map(
      (name): Complaint => `error: ${where} holds <${name}> twice (DuplicateElement)`,
    ),
    ...(parent.text.trim() === '' ? [] : [`error: ${where} holds stray text (UnexpectedText)` as const]),
  ];
}

/** Plain text that a reader would take for HTML must be written with hexadecimal references: Character Data. */
function checkPlain(elements: XmlElement[], where: string): Complaint[] {
  return elements.flatMap(({ text, rawText, children }): Complaint[] => {
    if (children.length > 0) return [`error: ${where} holds elements (UndefinedElement)`];
    if (/[\u0080-\u009F\uFFFD]/.test(text)) return [`warning: ${where} (BadCharacters)`];
    if (!looksLikeHtml(text) || rawText.includes('&#x')) return [];
    return [`warning: ${where} looks like HTML: ${text.slice(0, 60)} (CharacterData)`];
  });
}

function checkRssItem(item: XmlElement, where: string): Complaint[] {
  const repeatable = ['category', 'enclosure', `{${dc}}creator`, `{${media}}content`];
  const complaints = checkElements(item, where, itemElements, repeatable);
  const names = item.children.map(({ name, namespace }) =>
    namespace === content ? `content:${name}` : name,
  );
  if (!findText(item, 'title')?.trim()) complaints.push(`warning: ${where} has a blank title (NotBlank)`);
  if (names.includes('content:encoded') && names.indexOf('description') > names.indexOf('content:encoded')) {
    complaints.push(`warning: ${where}: description after content:encoded (NeedDescriptionBeforeContent)`);
  }
  if (!names.includes('description')) {
    complaints.push(`warning: ${where} has no description (NeedDescriptionBeforeContent)`);
  }
  if (!isUri(findText(item, 'link')))
    complaints.push(`error: ${where} link ${findText(item, 'link')} (InvalidFullLink)`);
  if (!isRfc822(findText(item, 'pubDate') ?? ''))
    complaints.push(`error: ${where} pubDate (InvalidRFC2822Date)`);
  complaints.push(...checkGuid(listNamed(item, 'guid')[0], where), ...checkEnclosures(item, where));
  for (const name of ['title', 'category', 'source']) {
    complaints.push(...checkPlain(listNamed(item, name), `${where} ${name}`));
  }
  complaints.push(...checkPlain(listNamed(item, 'creator', dc), `${where} dc:creator`));
  for (const html of [findText(item, 'description'), findText(item, 'encoded', content)]) {
    complaints.push(...findHtmlComplaints(html ?? '', where));
  }
  return [...complaints, ...checkAttribution(item, where)];
}

function checkGuid(guid: XmlElement | undefined, where: string): Complaint[] {
  if (!guid?.text) return [`warning: ${where} has no guid (MissingGuid)`];
  const isPermaLink = guid.attributes.get('isPermaLink') ?? 'true';
  if (isPermaLink !== 'true' && isPermaLink !== 'false')
    return [`error: ${where} guid (InvalidBooleanAttribute)`];
  if (isPermaLink === 'true' && !isUri(guid.text))
    return [`error: ${where} guid is no link (InvalidPermalink)`];
  if (!isId(guid.text)) return [`error: ${where} guid ${guid.text} (InvalidURN)`];
  return [];
}

function checkEnclosures(item: XmlElement, where: string): Complaint[] {
  const enclosures = listNamed(item, 'enclosure');
  const complaints: Complaint[] = enclosures.length > 1 ? [`warning: ${where} (DuplicateEnclosure)`] : [];
  for (const { attributes } of enclosures) {
    const { url, length, type, ...rest } = Object.fromEntries(attributes);
    if (!isUri(url)) complaints.push(`error: ${where} enclosure url ${url} (InvalidURLAttribute)`);
    if (!/^\d+$/.test(length ?? ''))
      complaints.push(`error: ${where} enclosure length (InvalidIntegerAttribute)`);
    if (!isMediaType(type)) complaints.push(`error: ${where} enclosure type (InvalidMIMEAttribute)`);
    if (Object.keys(rest).length > 0) complaints.push(`error: ${where} enclosure (UnexpectedAttribute)`);
  }
  for (const { attributes } of listNamed(item, 'content', media)) {
    if (!isUri(attributes.get('url'))) complaints.push(`error: ${where} media:content url (InvalidFullLink)`);
    if (
      !['image', 'audio', 'video', 'document', 'executable'].includes(attributes.get('medium') ?? 'image')
    ) {
      complaints.push(`error: ${where} media:content medium (InvalidMediaMedium)`);
    }
  }
  return complaints;
}

function checkAttribution(item: XmlElement, where: string): Complaint[] {
  const complaints: Complaint[] = [];
  const author = findText(item, 'author');
  if (author !== undefined && !/^[^\s@()]+@[^\s@()]+\.[^\s@()]+( \([^()]+\))?$/.test(author)) {
    complaints.push(`error: ${where} author ${author} is no e-mail address (InvalidContact)`);
  }
  if (author !== undefined && listNamed(item, 'creator', dc).length > 0) {
    complaints.push(`warning: ${where} author and dc:creator (DuplicateItemSemantics)`);
  }
  const [source] = listNamed(item, 'source');
  if (source && (!isUri(source.attributes.get('url')) || source.text.trim() === '')) {
    complaints.push(`error: ${where} source needs an address and a name (MissingAttribute)`);
  }
  const language = findText(item, 'language', dc);
  if (language !== undefined && !isLanguage(language))
    complaints.push(`error: ${where} dc:language (InvalidLanguage)`);
  const updated = findText(item, 'updated', atom);
  if (updated !== undefined && !isRfc3339(updated))
    complaints.push(`error: ${where} atom:updated (InvalidRFC3339Date)`);
  return complaints;
}
