import type { Enclosure } from '../model/entry.ts';
import type { IncomingEnclosure } from '../model/incoming.ts';
import { toPlainText } from './text.ts';
import { toAbsoluteUrl } from './urls.ts';

const enclosureLimit = 20;
const mediaType = /^[a-z0-9][a-z0-9!#$&^_.+-]{0,63}\/[a-z0-9][a-z0-9!#$&^_.+-]{0,126}$/;

/**
 * The files that go with an item: absolute http(s) addresses, each once, at most 20. Media types in lower case
 * without parameters; types, sizes and durations that make no sense are left out, the file stays.
 */
export function toEnclosures(incoming: IncomingEnclosure[] | undefined, baseUrl?: string): Enclosure[] {
  const found = new Map<string, Enclosure>();
  for (const one of incoming ?? []) {
    const url = toAbsoluteUrl(one.url, baseUrl);
    if (url === undefined || found.has(url)) continue;
    found.set(url, { url, ...toDetails(one) });
    if (found.size === enclosureLimit) break;
  }
  return [...found.values()];
}

function toDetails(one: IncomingEnclosure): Omit<Enclosure, 'url'> {
  const type = one.type?.split(';', 1)[0]?.trim().toLowerCase();
  const title = toPlainText({ value: one.title ?? '', kind: 'html' });
  const { length, durationSeconds } = one;
  return {
    ...(type !== undefined && mediaType.test(type) && { type }),
    ...(length !== undefined && Number.isSafeInteger(length) && length > 0 && { length }),
    ...(title !== '' && { title }),
    ...(durationSeconds !== undefined &&
      Number.isFinite(durationSeconds) &&
      durationSeconds > 0 &&
      durationSeconds < 1_000_000 && { durationSeconds }),
  };
}
