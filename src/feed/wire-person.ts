import type { IncomingPerson } from '../model/incoming.ts';
import type { WireNode, WireReader } from './wire-node.ts';
import { compact } from './wire-node.ts';

const address = /[^\s@<>()[\]",;:]{1,64}@[^\s@<>()[\]",;:]{1,255}/;

/**
 * A person from one string: "me@example.com (Name)", "Name <me@example.com>", "Name (me@example.com)", "Name", an address.
 * Undefined when nothing is left.
 */
export function parsePerson(text: string | undefined): IncomingPerson | undefined {
  const written = text?.slice(0, 1000).trim();
  if (!written) return undefined;
  const email = address.exec(written)?.[0];
  if (!email) return { name: written };
  const rest = written.replace(email, ' ').replace(/mailto:/i, ' ');
  const name = rest
    .replace(/[<>]|\(\s*\)|\[\s*\]/g, ' ')
    .trim()
    .replace(/^\((.*)\)$/, '$1')
    .replace(/^"(.*)"$/, '$1')
    .replace(/\s+/g, ' ')
    .trim();
  return name ? { name, email } : { email };
}

/** A person from an element with `name`, `uri` and `email` inside, or with a string of the forms above. */
export function parsePersonNode(reader: WireReader, node: WireNode, prefix = ''): IncomingPerson | undefined {
  const name = reader.first(node, `${prefix}name`, 'name');
  const email = reader.first(node, `${prefix}email`, 'email');
  const uri = reader.first(node, `${prefix}uri`, 'uri', 'url', 'homepage');
  if (!name && !email && !uri) return parsePerson(reader.text(node));
  const parsed = email ? undefined : parsePerson(name);
  return compact({
    name: parsed ? parsed.name : name,
    email: email ?? parsed?.email,
    url: reader.resolve(uri, reader.base(node)),
  });
}
