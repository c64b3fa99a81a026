import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import { listPublicationVersions } from '../../db/publication-versions.ts';
import { cutItems } from '../feed/cut-items.ts';
import { mediaTypes, type Publication } from '../model/outgoing.ts';
import { findFreshTag, listTags } from './conditional-get.ts';
import { chooseCoding } from './content-coding.ts';
import type { AppDeps } from './deps.ts';
import { type Encoded, encode } from './encoded.ts';
import { documentHeaders } from './respond.ts';

/**
 * A cache that knows no 226 must not keep one, or it would give a part for the whole; one that knows it may
 * (RFC 3229 §10.8: `im` lifts the `no-store` that stands before it).
 */
const deltaCaching = 'no-store, im, max-age=300';
/** What different answers are chosen by: the same for 200 and 304 (RFC 3229 §10.5.3, RFC 9110 §12.5.5). */
export const documentVary = 'Accept-Encoding, A-IM';
const mostDeltas = 5;
const mostTags = 20;

const gzipped = promisify(gzip);
const brotlied = promisify(brotliCompress);

/** Answers 226 to those who ask by `A-IM: feed` and name a version that we remember. */
export interface Deltas {
  /** Undefined: the client gets the whole, or 304. `current` is the whole as it would be sent. */
  answer(headers: Headers, publication: Publication, current: Encoded): Promise<Response | undefined>;
}

interface Known {
  versions: Map<string, Set<string>>;
  /** By the ETag that the client holds; the oldest goes first. */
  deltas: Map<string, Promise<Encoded>>;
}

/** Keeps what it has read and made as long as the publication's own object is kept. */
export function createDeltas({ db }: Pick<AppDeps, 'db'>): Deltas {
  const knownOf = new WeakMap<Publication, Promise<Known>>();
  const read = (publication: Publication) => {
    const before = knownOf.get(publication);
    if (before) return before;
    const reading = listPublicationVersions(db, publication.topicId, publication.format).then(
      (versions) => ({ versions, deltas: new Map() }),
      (error: unknown) => {
        knownOf.delete(publication);
        throw error;
      },
    );
    knownOf.set(publication, reading);
    return reading;
  };
  return {
    async answer(headers, publication, current) {
      const ifNoneMatch = headers.get('if-none-match');
      if (!ifNoneMatch || publication.format === 'json' || !wantsFeed(headers.get('a-im'))) return undefined;
      if (findFreshTag(ifNoneMatch, undefined, current.validators) !== undefined) return undefined;
      // Without the database the whole is better than nothing.
      const known = await read(publication).catch(() => undefined);
      const base = known && findBase(ifNoneMatch, known.versions);
      if (!base) return undefined;
      const { full } = await getDelta(known, base, publication);
      const { body, headers: fixed } = full[chooseCoding(headers.get('accept-encoding'))];
      return new Response(body, { status: 226, statusText: 'IM Used', headers: fixed });
    },
  };
}

/** Whether the field names `feed` with a weight above zero. */
function wantsFeed(field: string | null): boolean {
  return (field ?? '')
    .slice(0, 1000)
    .split(',')
    .some((member) => {
      const [name = '', ...parameters] = member.split(';').map((part) => part.trim().toLowerCase());
      return name === 'feed' && !parameters.some((parameter) => /^q\s*=\s*0(?:\.0*)?$/.test(parameter));
    });
}

/** The newest version that the client holds, in whatever coding. */
function findBase(ifNoneMatch: string, versions: Map<string, Set<string>>): string | undefined {
  const named = new Set(listTags(ifNoneMatch, mostTags).map((tag) => tag.replace(/-(?:gzip|br)"$/, '"')));
  for (const etag of versions.keys()) if (named.has(etag)) return etag;
  return undefined;
}

function getDelta({ versions, deltas }: Known, base: string, publication: Publication): Promise<Encoded> {
  const made = deltas.get(base);
  if (made) return made;
  const making = makeDelta(publication, versions.get(base) ?? new Set());
  deltas.set(base, making);
  for (const oldest of deltas.keys()) {
    if (deltas.size <= mostDeltas) break;
    deltas.delete(oldest);
  }
  return making;
}

/** The document without the items that the client has as they are; whose ETag is the whole's, for that is what the client holds then. */
async function makeDelta(publication: Publication, held: Set<string>): Promise<Encoded> {
  const { format, etag, lastModifiedAt } = publication;
  const document = Buffer.from(publication.body).toString();
  const pieces = format === 'json' ? [{ text: document }] : cutItems(document, format);
  const text = pieces
    .filter(({ itemHash }) => itemHash === undefined || !held.has(itemHash))
    .map((piece) => piece.text)
    .join('');
  const body = Buffer.from(text);
  const [zipped, brotli] = await Promise.all([
    gzipped(body, { level: 6 }),
    brotlied(body, { params: { [constants.BROTLI_PARAM_QUALITY]: 5 } }),
  ]);
  return encode({
    body,
    gzip: zipped,
    brotli,
    etag,
    lastModifiedAt,
    contentType: mediaTypes[format],
    cacheControl: deltaCaching,
    vary: documentVary,
    extra: { IM: 'feed', ...documentHeaders },
  });
}
