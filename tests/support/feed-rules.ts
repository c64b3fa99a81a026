import { Parser } from 'htmlparser2';

/** What a validator says of a document: `error: …` breaks a specification, `warning: …` a profile. */
export type Complaint = `error: ${string}` | `warning: ${string}`;

const weekdays = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const rfc822 = /^(\w{3}), (\d\d) (\w{3}) (\d{4}) (\d\d):(\d\d):(\d\d) (?:GMT|[+-]\d{4})$/;
const rfc3339 = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$/;
const uri =
  /^https?:\/\/(?:\[[0-9a-f:]+\]|[a-z0-9.-]+)(?::\d+)?(?:\/(?:[\w;/?:@&=+$.~!*'(),-]|%[0-9a-f]{2})*(?:#(?:[\w;/?:@&=+$.~!*'(),-]|%[0-9a-f]{2})*)?)?$/i;
const uuid = /^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const urn = /^urn:[a-z0-9][a-z0-9-]{1,31}:[a-z0-9()+,.:=@;$_!*'%/?#-]+$/i;
const mediaType = /^[^\s()<>,;:\\"/[\]?=]+\/[^\s()<>,;:\\"/[\]?=]+$/;
const language = /^[a-z]{2,3}(-[a-z0-9]{2,8})*$/i;
const unsafe = new Set(
  'applet base body embed form frame frameset head html iframe link meta object script style title'.split(
    ' ',
  ),
);
const addresses = new Set(['href', 'src', 'cite', 'poster', 'longdesc', 'background']);

/** A date of RFC 822 with a year of four digits and the right weekday, as the RSS profile asks. */
export function isRfc822(text: string): boolean {
  const match = rfc822.exec(text);
  if (!match) return false;
  const [, weekday, day, month, year, hours, minutes, seconds] = match;
  const at = new Date(0);
  at.setUTCFullYear(Number(year), months.indexOf(month!), Number(day));
  return (
    at.getUTCDate() === Number(day) &&
    weekdays[at.getUTCDay()] === weekday &&
    Number(hours) < 24 &&
    Number(minutes) < 60 &&
    Number(seconds) <= 60
  );
}

/** A date and time of RFC 3339 that exists. */
export function isRfc3339(text: string): boolean {
  const match = rfc3339.exec(text);
  if (!match) return false;
  const [, year, month, day, hours, minutes, seconds] = match.map(Number);
  const at = new Date(0);
  at.setUTCFullYear(year!, month! - 1, day!);
  return (
    at.getUTCDate() === day &&
    at.getUTCMonth() === month! - 1 &&
    hours! < 24 &&
    minutes! < 60 &&
    seconds! <= 60
  );
}

/** An absolute http(s) address of the characters that RFC 3986 allows. */
export function isUri(text: string | undefined): text is string {
  return text !== undefined && uri.test(text);
}

/** An absolute IRI fit to be an id: http(s), a UUID or another URN. */
export function isId(text: string): boolean {
  return isUri(text) || (/^urn:uuid:/i.test(text) ? uuid.test(text) : urn.test(text));
}

export function isMediaType(text: string | undefined): boolean {
  return text !== undefined && mediaType.test(text);
}

export function isLanguage(text: string | undefined): boolean {
  return text !== undefined && language.test(text);
}

/** True when a reader that takes plain text for HTML would show it differently. */
export function looksLikeHtml(text: string): boolean {
  return /&(?:#|[a-z]{2,8}\b)|<[/a-z]/i.test(text);
}

/** What is wrong with HTML that others will show: unsafe elements and attributes, relative addresses, bad nesting. */
export function findHtmlComplaints(html: string, where: string): Complaint[] {
  const complaints: Complaint[] = [];
  const open: string[] = [];
  const empty = new Set(['area', 'br', 'col', 'hr', 'img', 'input', 'source', 'track', 'wbr']);
  const parser = new Parser({
    onopentagname(name) {
      if (unsafe.has(name)) complaints.push(`warning: ${where} contains <${name}>`);
      if (!empty.has(name)) open.push(name);
    },
    onattribute(name, value) {
      if (name.startsWith('on') || name === 'style')
        complaints.push(`warning: ${where} contains the attribute ${name}`);
      if (addresses.has(name) && !/^(?:https?:\/\/|mailto:|tel:|data:image\/)/i.test(value)) {
        complaints.push(`warning: ${where} contains the relative address ${value}`);
      }
    },
    onclosetag(name, isImplied) {
      if (empty.has(name)) return;
      if (isImplied || open.pop() !== name)
        complaints.push(`warning: ${where} is not well-nested HTML at </${name}>`);
    },
    oncomment: () => complaints.push(`warning: ${where} contains a comment`),
  });
  parser.end(html);
  return complaints;
}

/** The values that come more than once. */
export function findRepeated(values: string[]): string[] {
  return [...new Set(values.filter((value, index) => values.indexOf(value) !== index))];
}
