import iconv from 'iconv-lite';
import { describe, expect, it } from 'vitest';
import { decodeBytes, looksBinary } from '../../src/feed/decode.ts';

const declared = (charset: string, text: string): string =>
  `<?xml version="1.0" encoding="${charset}"?><rss>${text}</rss>`;

describe('charsets', () => {
  it.each<[string, string]>([
    ['utf-8', 'Grüße, мир, 世界'],
    ['iso-8859-1', 'Grüße'],
    ['iso-8859-2', 'Žluťoučký kůň'],
    ['windows-1250', 'Žluťoučký kůň'],
    ['windows-1251', 'Привет, мир'],
    ['koi8-r', 'Привет, мир'],
    ['windows-1252', '“Quoted” – dash'],
    ['iso-8859-15', 'Prix : 5 €'],
    ['gb2312', '世界新闻'],
    ['gbk', '世界新闻'],
    ['big5', '世界新聞'],
    ['shift_jis', '世界のニュース'],
    ['euc-jp', '世界のニュース'],
    ['euc-kr', '세계 뉴스'],
  ])('%s by its declaration, and by the header alone', (charset, text) => {
    const document = declared(charset, text);
    expect(decodeBytes(iconv.encode(document, charset)).text).toBe(document);
    const plain = `<rss>${text}</rss>`;
    expect(decodeBytes(iconv.encode(plain, charset), `text/xml; charset="${charset}"`).text).toBe(plain);
  });

  it.each(['utf-16le', 'utf-16be', 'utf-32le', 'utf-32be'])('%s with a mark and without', (charset) => {
    const document = declared(charset, 'Grüße, 世界');
    expect(decodeBytes(iconv.encode(document, charset, { addBOM: true })).text).toBe(document);
    expect(decodeBytes(iconv.encode(document, charset)).text).toBe(document);
  });
});

describe('a charset that only the platform knows', () => {
  // "日本" in ISO-2022-JP, whose bytes are all ASCII.
  const document = Buffer.from(declared('ISO-2022-JP', '\u001b$BF|K\\\u001b(B'));

  it('is decoded by its declaration, and by the header', () => {
    expect(decodeBytes(document)).toEqual({
      text: declared('ISO-2022-JP', '日本'),
      charset: 'iso-2022-jp',
      warnings: [],
    });
    const plain = document.subarray(document.indexOf('<rss>'));
    expect(decodeBytes(plain, 'text/xml; charset=iso-2022-jp').text).toBe('<rss>日本</rss>');
  });

  it('is not believed when nobody knows it', () => {
    expect(decodeBytes(document, 'text/xml; charset=iso-2022-kr').charset).toBe('iso-2022-jp');
  });
});

describe('looksBinary', () => {
  it.each<[string, Uint8Array, boolean]>([
    ['zero bytes', new Uint8Array(2000), true],
    ['a picture', Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a), true],
    ['UTF-16', iconv.encode('<rss/>', 'utf-16le'), false],
    ['a control in front of the root', Buffer.from('\u0000<rss/>'), false],
    ['JSON', Buffer.from('\u0001{}'), false],
    ['words', Buffer.from('not\tfound\r\n'), false],
    ['nothing', new Uint8Array(), false],
  ])('%s', (_, bytes, isBinary) => {
    expect(looksBinary(bytes)).toBe(isBinary);
  });
});

describe('declarations that lie', () => {
  it.each<[string, Buffer, string | undefined, string, string]>([
    [
      'UTF-8 under a Latin header',
      Buffer.from('<rss>Grüße</rss>'),
      'text/xml; charset=iso-8859-1',
      '<rss>Grüße</rss>',
      'utf-8',
    ],
    [
      'UTF-8 that is declared Latin',
      Buffer.from(declared('iso-8859-1', 'Grüße')),
      undefined,
      declared('iso-8859-1', 'Grüße'),
      'utf-8',
    ],
    [
      'Latin that is declared UTF-8',
      Buffer.from(declared('utf-8', 'Grüße'), 'latin1'),
      undefined,
      declared('utf-8', 'Grüße'),
      'windows-1252',
    ],
    [
      'nothing declared, not UTF-8',
      iconv.encode('<rss>“Grüße”</rss>', 'windows-1252'),
      undefined,
      '<rss>“Grüße”</rss>',
      'windows-1252',
    ],
    [
      'an unknown charset',
      Buffer.from(declared('x-mystery', 'Grüße')),
      'text/xml; charset=bogus',
      declared('x-mystery', 'Grüße'),
      'utf-8',
    ],
    [
      'UTF-16 that is declared in one-byte letters',
      Buffer.from(declared('utf-16', 'Grüße')),
      undefined,
      declared('utf-16', 'Grüße'),
      'utf-8',
    ],
    [
      'UTF-7 is never believed',
      Buffer.from('<rss>+ADw-b+AD4-</rss>'),
      'text/xml; charset=utf-7',
      '<rss>+ADw-b+AD4-</rss>',
      'utf-8',
    ],
    [
      'the declaration wins over a header that is a server’s default',
      iconv.encode(declared('windows-1251', 'мир'), 'windows-1251'),
      'text/xml; charset=ISO-8859-1',
      declared('windows-1251', 'мир'),
      'windows-1251',
    ],
    [
      'the header wins over the declaration',
      iconv.encode(declared('windows-1252', 'мир'), 'windows-1251'),
      'text/xml; charset=windows-1251',
      declared('windows-1252', 'мир'),
      'windows-1251',
    ],
  ])('%s', (_, bytes, contentType, text, charset) => {
    expect(decodeBytes(bytes, contentType)).toMatchObject({ text, charset });
  });

  it('reads stray bytes in UTF-8 as Windows-1252 and says so', () => {
    const bytes = Buffer.concat([
      Buffer.from('<rss>世界 '),
      Buffer.of(0x93, 0x61, 0x94),
      Buffer.from(' é'),
      Buffer.of(0xc3),
    ]);
    const { text, warnings } = decodeBytes(bytes);
    expect(text).toBe('<rss>世界 “a” éÃ');
    expect(warnings).toEqual(['Some bytes are not valid UTF-8; they were read as Windows-1252.']);
  });

  it('reads every stray byte as the character of Windows-1252 that it is', () => {
    const stray = Array.from({ length: 128 }, (_, index) => Buffer.of(0x61, 128 + index));
    const { text } = decodeBytes(Buffer.concat([Buffer.from('é'), ...stray]));
    expect(text).toBe(`é${stray.map((pair) => iconv.decode(pair, 'windows-1252')).join('')}`);
  });

  it.each([0, 1, 2, 3])('takes %i bytes', (length) => {
    expect(decodeBytes(new Uint8Array(length).fill(0xff)).text).toBe('ÿ'.repeat(length));
  });
});
