import { mediaTypes, type PublicationFormat } from '../../model/outgoing.ts';

/** What people call the formats. */
export const formatNames: Record<PublicationFormat, string> = { rss: 'RSS', atom: 'Atom', json: 'JSON Feed' };

/** Media types without parameters: what autodiscovery and `type` attributes take. */
export const plainTypes: Record<PublicationFormat, string> = {
  rss: toPlain(mediaTypes.rss),
  atom: toPlain(mediaTypes.atom),
  json: toPlain(mediaTypes.json),
};

function toPlain(type: string): string {
  return type.split(';')[0] ?? type;
}
