import { isUtf8 } from 'node:buffer';
import sniffHtmlEncoding from 'html-encoding-sniffer';
import iconv from 'iconv-lite';

/** The characters of a document and how they were found. */
export interface DecodedText {
  text: string;
  /** The charset that was used, in lower case. */
  charset: string;
  warnings: string[];
}

/** What browsers mean by a label (WHATWG Encoding): the declared charset is often the smaller sibling of the real one. */
const widerCharsets: Record<string, string> = {
  ascii: 'windows-1252',
  'us-ascii': 'windows-1252',
  latin1: 'windows-1252',
  'iso-8859-1': 'windows-1252',
  iso8859_1: 'windows-1252',
  'iso-8859-9': 'windows-1254',
  'iso-8859-11': 'windows-874',
  'tis-620': 'windows-874',
  gb2312: 'gb18030',
  gb_2312: 'gb18030',
  gbk: 'gb18030',
  'x-gbk': 'gb18030',
  'ks_c_5601-1987': 'cp949',
  'x-sjis': 'shift_jis',
  utf8: 'utf-8',
  utf16: 'utf-16',
  'iso-10646-ucs-2': 'utf-16',
};

/** A byte of Windows-1252 that is no whole UTF-8 sequence, as the UTF-8 of its character. */
const windows1252 = Array.from({ length: 256 }, (_, byte) =>
  Buffer.from(iconv.decode(Buffer.of(byte), 'windows-1252')),
);

/** Whether a document is a picture, an archive or other bytes: controls at its beginning, and no sign of markup or JSON. */
export function looksBinary(bytes: Uint8Array): boolean {
  let hasControls = false;
  for (const byte of bytes.subarray(0, 1024)) {
    if (byte === 0x3c || byte === 0x7b) return false;
    if (byte < 0x20 && (byte < 0x09 || byte > 0x0d)) hasControls = true;
  }
  return hasControls;
}

/**
 * Decodes a document: byte order mark, pattern of zero bytes, HTTP header, XML declaration (RFC 7303 §3 in spirit),
 * then an HTML-style sniff. A declaration is believed only as far as the bytes bear it out: bytes that are
 * UTF-8 win over a declared single-byte charset, and stray bytes in UTF-8 are read as Windows-1252.
 */
export function decodeBytes(bytes: Uint8Array, contentType?: string): DecodedText {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const wide = findWideCharset(buffer);
  if (wide) {
    const text = stripMark(iconv.decode(buffer, wide)).replace(/\p{Surrogate}/gu, '\uFFFD');
    return { text, charset: wide, warnings: [] };
  }
  if (buffer[0] === 0xef && buffer[1] === 0xbb && buffer[2] === 0xbf) return decodeUtf8(buffer.subarray(3));
  const headerLabel = findHeaderCharset(contentType);
  const header = knownCharset(headerLabel);
  const declared = knownCharset(findDeclaredCharset(buffer));
  if (isUtf8(buffer) && !wantsOtherThanUtf8(buffer, header, declared)) return decodeUtf8(buffer);
  const claims = isServerDefault(headerLabel) ? [declared, header] : [header, declared];
  const legacy = claims.filter((charset) => charset !== undefined && !charset.startsWith('utf'));
  for (const charset of legacy) {
    const text = charset ? decodeAs(buffer, charset) : '\uFFFD';
    if (charset && !text.includes('\uFFFD')) return { text, charset, warnings: [] };
  }
  if (header === 'utf-8' || declared === 'utf-8') return decodeUtf8(buffer);
  const charset = legacy[0];
  if (charset) {
    const warnings = [`Some bytes are not valid ${charset}, the charset that the document declares.`];
    return { text: decodeAs(buffer, charset), charset, warnings };
  }
  const sniffed = knownCharset(
    sniffHtmlEncoding(buffer.subarray(0, 1024), { defaultEncoding: 'windows-1252' }),
  );
  if (sniffed && sniffed !== 'windows-1252' && !sniffed.startsWith('utf')) {
    return { text: decodeAs(buffer, sniffed), charset: sniffed, warnings: [] };
  }
  return decodeUtf8(buffer);
}

/** Bytes that are valid UTF-8 are something else only when a stateful or a multi-byte charset was declared. */
function wantsOtherThanUtf8(buffer: Buffer, header?: string, declared?: string): boolean {
  const charset = header ?? declared;
  if (!charset || charset.startsWith('utf')) return false;
  if (/^(iso-2022|hz)/.test(charset)) return true;
  if (/^(windows|iso-8859|koi8|ibm|cp8|(x-)?mac)/.test(charset)) return false;
  return hasHighByte(buffer);
}

function hasHighByte(buffer: Buffer): boolean {
  for (const byte of buffer) if (byte > 0x7f) return true;
  return false;
}

/** UTF-8, where a byte that belongs to no whole sequence is taken for Windows-1252, as publishers mix the two. */
function decodeUtf8(buffer: Buffer): DecodedText {
  if (isUtf8(buffer)) return { text: stripMark(buffer.toString('utf8')), charset: 'utf-8', warnings: [] };
  const { repaired, whole } = repairUtf8(buffer);
  const text = repaired.toString('utf8');
  if (whole === 0) return { text, charset: 'windows-1252', warnings: [] };
  const warnings = ['Some bytes are not valid UTF-8; they were read as Windows-1252.'];
  return { text: stripMark(text), charset: 'utf-8', warnings };
}

/** The bytes as valid UTF-8, and how many characters beyond ASCII were whole. One buffer, however many bytes are bad. */
function repairUtf8(buffer: Buffer): { repaired: Buffer; whole: number } {
  const repaired = Buffer.allocUnsafe(buffer.length * 3);
  let whole = 0;
  let end = 0;
  for (let index = 0; index < buffer.length; ) {
    const length = sequenceLength(buffer, index);
    if (length > 1) whole++;
    const from = length > 0 ? buffer : (windows1252[buffer[index] ?? 0] ?? buffer);
    const start = length > 0 ? index : 0;
    const stop = length > 0 ? index + length : from.length;
    for (let at = start; at < stop; at++) repaired[end++] = from[at] ?? 0;
    index += length || 1;
  }
  return { repaired: repaired.subarray(0, end), whole };
}

/** Length of the UTF-8 sequence at an index (Unicode table 3-7), 0 when there is no whole one. */
function sequenceLength(buffer: Buffer, index: number): number {
  const first = buffer[index] ?? 0;
  if (first < 0x80) return 1;
  const length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
  if (first < 0xc2 || first > 0xf4) return 0;
  for (let offset = 1; offset < length; offset++) {
    if (((buffer[index + offset] ?? 0) & 0xc0) !== 0x80) return 0;
  }
  const second = buffer[index + 1] ?? 0;
  const overlong = (first === 0xe0 && second < 0xa0) || (first === 0xf0 && second < 0x90);
  const outside = (first === 0xed && second > 0x9f) || (first === 0xf4 && second > 0x8f);
  return overlong || outside ? 0 : length;
}

/** UTF-16 and UTF-32 by their mark, or by the zero bytes around the first character (XML 1.0 appendix F). */
function findWideCharset(buffer: Buffer): string | undefined {
  const [a, b, c, d] = buffer;
  if (a === undefined || b === undefined) return undefined;
  if (a === 0xff && b === 0xfe && c === 0 && d === 0) return 'utf-32le';
  if (a === 0 && b === 0 && c === 0xfe && d === 0xff) return 'utf-32be';
  if (a === 0xff && b === 0xfe) return 'utf-16le';
  if (a === 0xfe && b === 0xff) return 'utf-16be';
  if (a === 0 && b === 0 && c === 0 && d) return 'utf-32be';
  if (a && b === 0 && c === 0 && d === 0) return 'utf-32le';
  if (a === 0 && b && c === 0 && d) return 'utf-16be';
  if (a && b === 0 && c && d === 0) return 'utf-16le';
  return undefined;
}

function findHeaderCharset(contentType: string | undefined): string | undefined {
  return contentType?.slice(0, 1024).match(/;\s*charset\s*=\s*["']?([^\s"';]{1,40})/i)?.[1];
}

/** Servers put Latin-1 and ASCII into headers without a look at the document; then the document knows better. */
function isServerDefault(label: string | undefined): boolean {
  return label !== undefined && /^(iso-8859-1|latin1|us-ascii|ascii)$/i.test(label);
}

function findDeclaredCharset(buffer: Buffer): string | undefined {
  const head = buffer.toString('latin1', 0, 1024);
  const start = head.indexOf('<?xml');
  const end = head.indexOf('?>', start);
  if (start < 0 || end < 0) return undefined;
  return head.slice(start, end).match(/encoding\s*=\s*["']\s*([^"'\s]{1,40})/i)?.[1];
}

/** The characters of bytes in a charset that knownCharset named. */
function decodeAs(buffer: Buffer, charset: string): string {
  return iconv.encodingExists(charset)
    ? iconv.decode(buffer, charset)
    : new TextDecoder(charset).decode(buffer);
}

/** Whether the platform decodes a charset that iconv-lite doesn't know, such as iso-2022-jp. */
function isPlatformCharset(label: string): boolean {
  try {
    return new TextDecoder(label).encoding !== '';
  } catch {
    return false;
  }
}

/** The charset's name as our decoders know it; undefined when none does, or when the bytes can't be that (UTF-16, UTF-7). */
function knownCharset(label: string | null | undefined): string | undefined {
  if (!label) return undefined;
  const name = label.trim().toLowerCase();
  const wider = widerCharsets[name] ?? name;
  if (/^(utf-?16|utf-?32|utf-?7|ucs|hex|base64|binary)/.test(wider)) return undefined;
  return iconv.encodingExists(wider) || isPlatformCharset(wider) ? wider : undefined;
}

function stripMark(text: string): string {
  return text.charCodeAt(0) === 0xfeff ? text.slice(1) : text;
}
