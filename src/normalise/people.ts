import type { Person } from '../model/entry.ts';
import type { IncomingPerson } from '../model/incoming.ts';
import { cutText } from './clean-text.ts';
import { toPlainText } from './text.ts';
import { toAbsoluteUrl } from './urls.ts';

const nameLimit = 200;
const peopleLimit = 20;
const address = /^[^\s<>()@,;:"]{1,64}@[^\s<>()@,;:"]{1,190}$/;
/** Mailboxes that nobody reads: publishing software fills them in where it has no author. */
const nobodies = /^(?:no-?reply|do-?not-?reply|nobody|noemail|unknown|webmaster|none)@/i;

/**
 * The authors: names as plain text, addresses told from names ("me@example.com (Name)", "Name <me@example.com>",
 * `mailto:`), "By " taken off, empty and repeated ones dropped, at most 20. Several names in one field stay one
 * name: no rule tells "Jane Doe and John Roe" from a firm's name in every language.
 */
export function toPeople(incoming: IncomingPerson[] | undefined, baseUrl?: string): Person[] {
  const people = new Map<string, Person>();
  for (const one of incoming ?? []) {
    const person = toPerson(one, baseUrl);
    if (person === undefined) continue;
    const key = person.name.toLowerCase();
    const known = people.get(key);
    if (known === undefined && people.size < peopleLimit) people.set(key, person);
    else if (known !== undefined) people.set(key, { ...person, ...known });
  }
  return [...people.values()];
}

function toPerson(incoming: IncomingPerson, baseUrl?: string): Person | undefined {
  const written = toPlainText({ value: incoming.name ?? '', kind: 'html' }, 1000);
  // "Name <me@example.com>" loses nothing to the tag stripper, which only knows HTML's tags.
  const parts = splitNameAndEmail(written);
  const email = toEmail(incoming.email) ?? parts.email;
  const name = cutText(withoutBy(parts.name), nameLimit) || (email ?? '').split('@', 1)[0] || '';
  if (name === '' || (email !== undefined && parts.name === '' && nobodies.test(email))) return undefined;
  const url = toAbsoluteUrl(incoming.url, baseUrl);
  return {
    name,
    ...(email !== undefined && !nobodies.test(email) && { email }),
    ...(url !== undefined && { url }),
  };
}

function splitNameAndEmail(text: string): { name: string; email?: string } {
  const whole = toEmail(text);
  if (whole !== undefined) return { name: '', email: whole };
  const open = text.search(/[<([]/);
  if (open < 0) return { name: trimName(text) };
  const outer = text.slice(0, open).trim();
  const inner = text
    .slice(open + 1)
    .replace(/[>)\]]\s*$/, '')
    .trim();
  const outerEmail = toEmail(outer);
  if (outerEmail !== undefined) return { name: trimName(inner), email: outerEmail };
  const innerEmail = toEmail(inner);
  if (innerEmail !== undefined) return { name: trimName(outer), email: innerEmail };
  return { name: trimName(text) };
}

function toEmail(text: string | undefined): string | undefined {
  const bare = text?.trim().replace(/^mailto:/i, '');
  return bare !== undefined && address.test(bare) ? bare : undefined;
}

function trimName(text: string): string {
  const name = text.trim();
  return /^"[^"]*"$/.test(name) || /^'[^']*'$/.test(name) ? name.slice(1, -1).trim() : name;
}

function withoutBy(name: string): string {
  return /^by\s+\S/i.test(name) ? name.slice(3).trim() : name;
}
