import type { Context } from 'hono';

/** The texts of a form by name; empty for what was not sent. */
export async function readForm<Name extends string>(
  c: Context,
  names: readonly Name[],
): Promise<Record<Name, string>> {
  const sent = await c.req.parseBody();
  const read = (name: Name): string => (typeof sent[name] === 'string' ? sent[name].trim() : '');
  return Object.fromEntries(names.map((name) => [name, read(name)])) as Record<Name, string>;
}
