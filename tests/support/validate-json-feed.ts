import {
  type Complaint,
  findHtmlComplaints,
  findRepeated,
  isLanguage,
  isMediaType,
  isRfc3339,
  isUri,
} from './feed-rules.ts';

type Json = Record<string, unknown>;

/** Checks JSON Feed by the text of its version 1.1. Empty when there is nothing to say. */
export function validateJsonFeed(json: string): Complaint[] {
  let feed: Json;
  try {
    feed = JSON.parse(json);
  } catch (error) {
    return [`error: not JSON: ${(error as Error).message}`];
  }
  const items = feed.items;
  if (!Array.isArray(items)) return ['error: items is not a list'];
  const complaints: Complaint[] = [];
  if (feed.version !== 'https://jsonfeed.org/version/1.1') complaints.push(`error: version ${feed.version}`);
  if (typeof feed.title !== 'string' || feed.title === '') complaints.push('error: no title');
  const keys =
    'version title home_page_url feed_url description user_comment next_url icon favicon authors language expired hubs items';
  complaints.push(...checkKeys(feed, 'feed', keys), ...checkTypes(feed, 'feed'));
  for (const key of ['home_page_url', 'feed_url']) if (!(key in feed)) complaints.push(`warning: no ${key}`);
  complaints.push(...items.flatMap((item, index) => checkJsonItem(item, `item ${index + 1}`)));
  for (const id of findRepeated(items.map((item) => String(item.id))))
    complaints.push(`error: the id ${id} comes twice`);
  if (/[\uD800-\uDFFF]/u.test(json) || /\\u[dD][89a-fA-F]/.test(json))
    complaints.push('error: a lone surrogate');
  return complaints;
}

function checkJsonItem(item: Json, where: string): Complaint[] {
  const keys =
    'id url external_url title content_html content_text summary image banner_image date_published date_modified authors tags language attachments';
  const complaints = [...checkKeys(item, where, keys), ...checkTypes(item, where)];
  if (typeof item.id !== 'string' || item.id === '') complaints.push(`error: ${where} has no id`);
  if (typeof item.content_html !== 'string' && typeof item.content_text !== 'string') {
    complaints.push(`error: ${where} has no content`);
  }
  complaints.push(...findHtmlComplaints(String(item.content_html ?? ''), `${where} content_html`));
  const attachments = (item.attachments ?? []) as Json[];
  for (const attachment of attachments) {
    complaints.push(...checkKeys(attachment, where, 'url mime_type title size_in_bytes duration_in_seconds'));
    complaints.push(...checkTypes(attachment, where));
    if (!isMediaType(attachment.mime_type as string))
      complaints.push(`error: ${where} attachment without a mime_type`);
    if (!isUri(attachment.url as string)) complaints.push(`error: ${where} attachment without a url`);
  }
  return complaints;
}

/** Members of an extension begin with `_` and a letter; all others must be known; none may be null or empty. */
function checkKeys(object: Json, where: string, known: string): Complaint[] {
  return Object.entries(object).flatMap(([key, value]): Complaint[] => {
    if (value === null) return [`error: ${where} ${key} is null`];
    if (/^_[a-z][^.]*$/i.test(key)) return [];
    return known.split(' ').includes(key) ? [] : [`error: ${where} has the unknown member ${key}`];
  });
}

function checkTypes(object: Json, where: string): Complaint[] {
  return Object.entries(object).flatMap(([key, value]): Complaint[] => {
    const wrong = [`error: ${where} ${key} ${JSON.stringify(value)}`] as const;
    if (/(?:^|_)url$|^(?:image|icon|favicon|banner_image)$/.test(key))
      return isUri(value as string) ? [] : [...wrong];
    if (key.startsWith('date_')) return isRfc3339(String(value)) ? [] : [...wrong];
    if (key === 'language') return isLanguage(value as string) ? [] : [...wrong];
    if (key === 'size_in_bytes' || key === 'duration_in_seconds')
      return typeof value === 'number' ? [] : [...wrong];
    if (key === 'tags')
      return Array.isArray(value) && value.every((tag) => typeof tag === 'string') ? [] : [...wrong];
    if (key === 'authors') return Array.isArray(value) && value.every(isAuthor) ? [] : [...wrong];
    if (key === 'items' || key === 'attachments' || key === 'hubs')
      return Array.isArray(value) ? [] : [...wrong];
    if (key.startsWith('_') || key === 'expired') return [];
    return typeof value === 'string' ? [] : [...wrong];
  });
}

function isAuthor(author: Json): boolean {
  const { name, url } = author;
  const isKnown = Object.keys(author).every((key) => ['name', 'url', 'avatar'].includes(key));
  return isKnown && (name !== undefined || url !== undefined) && (url === undefined || isUri(url as string));
}
