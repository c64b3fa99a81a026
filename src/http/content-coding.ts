/** The codings that we keep bytes for, best first. */
export type ContentCoding = 'br' | 'gzip' | 'identity';

/**
 * The coding to answer in, by the Accept-Encoding field (RFC 9110 §12.5.3): of those that the client takes the
 * one it wants most, and at equal wish br, gzip, identity. A client that refuses them all is answered in identity
 * all the same: a document it may read is worth more than a 406. No field at all means identity.
 */
export function chooseCoding(acceptEncoding: string | null | undefined): ContentCoding {
  if (!acceptEncoding) return 'identity';
  const weights = parseWeights(acceptEncoding);
  const any = weights.get('*');
  const br = weights.get('br') ?? any ?? 0;
  const gzip = Math.max(weights.get('gzip') ?? -1, weights.get('x-gzip') ?? -1);
  const gzipWeight = gzip < 0 ? (any ?? 0) : gzip;
  // Identity that is not named is acceptable, but wished for less than anything that is.
  const identity = weights.get('identity') ?? 0;
  if (br > 0 && br >= gzipWeight && br >= identity) return 'br';
  if (gzipWeight > 0 && gzipWeight >= identity) return 'gzip';
  return 'identity';
}

/** Each coding of the field with its weight, 0 to 1; a malformed weight counts as refusal. */
function parseWeights(field: string): Map<string, number> {
  const weights = new Map<string, number>();
  for (const member of field.slice(0, 1000).split(',')) {
    const [name = '', ...parameters] = member.split(';');
    const coding = name.trim().toLowerCase();
    if (coding === '' || weights.has(coding)) continue;
    weights.set(coding, parseWeight(parameters));
  }
  return weights;
}

const qvalue = /^(?:0(?:\.\d{0,3})?|1(?:\.0{0,3})?)$/;

function parseWeight(parameters: string[]): number {
  for (const parameter of parameters) {
    const text = parameter.trim().toLowerCase();
    if (!text.startsWith('q=')) continue;
    return qvalue.test(text.slice(2)) ? Number(text.slice(2)) : 0;
  }
  return 1;
}
