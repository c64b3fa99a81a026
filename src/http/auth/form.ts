import type { Context } from 'hono';
import { AppError } from '../../errors.ts';

const formTypes = /^(?:application\/x-www-form-urlencoded|multipart\/form-data)\b/i;

/** A field of the form that was sent; undefined when there is none, or what was sent is no form. */
export async function readField(c: Context, name: string): Promise<string | undefined> {
  if (!formTypes.test(c.req.header('content-type') ?? '')) return undefined;
  const value = (await parseBody(c))[name];
  return typeof value === 'string' ? value : undefined;
}

/** All values of a field, such as of boxes that are ticked. */
export async function readFields(c: Context, name: string): Promise<string[]> {
  if (!formTypes.test(c.req.header('content-type') ?? '')) return [];
  const value = (await parseBody(c))[name];
  return [value].flat().filter((one) => typeof one === 'string');
}

/** Texts by name, of a form or of a JSON object; empty where there is none. Throws AppError `bad-argument` for broken JSON. */
export async function readTexts<Name extends string>(
  c: Context,
  names: readonly Name[],
): Promise<Record<Name, string>> {
  const isJson = /^application\/json\b/i.test(c.req.header('content-type') ?? '');
  const sent: Record<string, unknown> = isJson ? await readJson(c) : {};
  const texts: [Name, string][] = [];
  for (const name of names) {
    const value = isJson ? sent[name] : await readField(c, name);
    texts.push([name, typeof value === 'string' ? value : '']);
  }
  return Object.fromEntries(texts) as Record<Name, string>;
}

async function readJson(c: Context): Promise<Record<string, unknown>> {
  try {
    const value: unknown = await c.req.json();
    if (typeof value === 'object' && value !== null) return { ...value };
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  throw new AppError('bad-argument', 'What was sent is no JSON object.');
}

async function parseBody(c: Context): Promise<Record<string, unknown>> {
  try {
    return await c.req.parseBody({ all: true });
  } catch (error) {
    throw new AppError('bad-argument', 'The form that was sent cannot be read.', { cause: error });
  }
}
