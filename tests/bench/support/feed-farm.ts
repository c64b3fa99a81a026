import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { gzipSync } from 'node:zlib';

/**
 * A deterministic origin of generated feeds for the ingest bench: 500 feeds on 500 hosts (127.1.x.y), 30 items each with
 * about 2 KB of HTML, gzip, ETag and Last-Modified; six of ten RSS 2.0, four Atom. Runs in a process of its own, so that
 * its work is not counted with ours. Talk to it through `process.send`: {grow: {percent, items}} or {stats: true}.
 */
export interface FarmSize {
  feeds: number;
  items: number;
  bytes: number;
  port: number;
}

export interface FarmStats {
  ok: number;
  notModified: number;
  conditional: number;
}

const epoch = Date.UTC(2026, 1, 16, 12);

/** mulberry32: small, seedable. */
function createRandom(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const syllables = [
  'ba',
  'ce',
  'di',
  'fo',
  'gu',
  'ha',
  'je',
  'ki',
  'lo',
  'mu',
  'na',
  'pe',
  'ri',
  'so',
  'tu',
  'van',
  'wel',
  'zin',
];
const vocabulary = (() => {
  const random = createRandom(7);
  const pick = () => syllables[Math.floor(random() * syllables.length)] ?? 'ba';
  return Array.from({ length: 6_000 }, () =>
    Array.from({ length: 1 + Math.floor(random() * 4) }, pick).join(''),
  );
})();

/** Words with a rough Zipf distribution, as language has. */
function writeWords(random: () => number, count: number): string {
  const words = Array.from({ length: count }, () => vocabulary[Math.floor(6_000 ** random()) - 1] ?? 'ba');
  const text = words.join(' ');
  return text.charAt(0).toUpperCase() + text.slice(1);
}

const toXmlText = (text: string) =>
  text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;');

export function toFeedUrl(feed: number, port: number): string {
  return `http://127.1.${(feed + 1) >> 8}.${(feed + 1) & 255}:${port}/feed.xml`;
}

function writeItem(feed: number, number: number, site: string, bytes: number, items: number) {
  const random = createRandom(feed * 8_191 + number * 131);
  const title = writeWords(random, 6 + Math.floor(random() * 7));
  let html = '';
  for (let paragraph = 1; html.length < bytes; paragraph++) {
    let text = `${writeWords(random, 12)}. ${writeWords(random, 16)}. ${writeWords(random, 10)}.`;
    if (random() < 0.35)
      text += ` <a href="${site}ref/${paragraph}?a=1&amp;b=2">${writeWords(random, 2)}</a>.`;
    if (random() < 0.2) text += ` <strong>${writeWords(random, 1)}</strong> &amp; café — 世界.`;
    if (paragraph === 2)
      html += `<p><img src="${site}img/${number}.jpg" alt="" width="640" height="360"></p>`;
    html += `<p>${text}</p>`;
    if (random() < 0.1) html += `<ul><li>${writeWords(random, 3)}</li><li>${writeWords(random, 3)}</li></ul>`;
  }
  return {
    id: `tag:feed${feed}.example,2026:${number}`,
    title,
    link: `${site}2026/${title.toLowerCase().replace(/[^a-z]+/g, '-')}-${number}?utm_source=rss&utm_medium=feed`,
    html,
    summary: `${writeWords(random, 24)}.`,
    author: writeWords(random, 2),
    at: new Date(epoch + (number - items) * 3_600_000),
  };
}

function writeDocument(feed: number, generation: number, { items, bytes, port }: FarmSize): string {
  const site = toFeedUrl(feed, port).replace('feed.xml', '');
  const list = Array.from({ length: items }, (_, n) =>
    writeItem(feed, generation + items - 1 - n, site, bytes, items),
  );
  const title = `Feed ${feed}`;
  if (feed % 10 < 6) {
    const body = list.map(
      (i) =>
        `<item><title>${toXmlText(i.title)}</title><link>${toXmlText(i.link)}</link><guid isPermaLink="false">${i.id}</guid><pubDate>${i.at.toUTCString()}</pubDate><dc:creator>${i.author}</dc:creator><category>World</category><description>${toXmlText(i.summary)}</description><content:encoded><![CDATA[${i.html}]]></content:encoded></item>`,
    );
    return `<?xml version="1.0" encoding="UTF-8"?>\n<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>${title}</title><link>${site}</link><description>Generated</description><language>en</language>\n${body.join('\n')}</channel></rss>\n`;
  }
  const body = list.map(
    (i) =>
      `<entry><title>${toXmlText(i.title)}</title><link href="${toXmlText(i.link)}"/><id>${i.id}</id><published>${i.at.toISOString()}</published><updated>${i.at.toISOString()}</updated><author><name>${i.author}</name></author><category term="World"/><summary>${toXmlText(i.summary)}</summary><content type="html">${toXmlText(i.html)}</content></entry>`,
  );
  return `<?xml version="1.0" encoding="utf-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en"><title>${title}</title><link href="${site}"/><id>tag:feed${feed}.example,2026:feed</id><updated>${new Date(epoch).toISOString()}</updated>\n${body.join('\n')}</feed>\n`;
}

/** Serves the farm in this process until it is disconnected from its parent. */
export async function serveFarm(size: FarmSize): Promise<void> {
  const generations = new Array<number>(size.feeds).fill(0);
  const documents = new Map<string, { body: Buffer; etag: string; modified: string; type: string }>();
  const stats: FarmStats = { ok: 0, notModified: 0, conditional: 0 };
  const documentOf = (feed: number) => {
    const generation = generations[feed] ?? 0;
    const key = `${feed}.${generation}`;
    const known = documents.get(key);
    if (known) return known;
    const body = gzipSync(writeDocument(feed, generation, size), { level: 6 });
    const made = {
      body,
      etag: `"${createHash('sha1').update(body).digest('hex').slice(0, 16)}"`,
      modified: new Date(epoch + generation * 60_000).toUTCString(),
      type: feed % 10 < 6 ? 'application/rss+xml; charset=utf-8' : 'application/atom+xml; charset=utf-8',
    };
    documents.set(key, made);
    return made;
  };
  const answerFor = (feed: number) => (request: IncomingMessage, response: ServerResponse) => {
    const { body, etag, modified, type } = documentOf(feed);
    const asked = request.headers['if-none-match'];
    if (asked) stats.conditional++;
    const headers = {
      etag,
      'last-modified': modified,
      vary: 'accept-encoding',
      'cache-control': 'max-age=0, must-revalidate',
    };
    if (asked === etag) {
      stats.notModified++;
      response.writeHead(304, headers).end();
      return;
    }
    stats.ok++;
    response
      .writeHead(200, {
        ...headers,
        'content-type': type,
        'content-encoding': 'gzip',
        'content-length': body.length,
      })
      .end(body);
  };
  for (let feed = 0; feed < size.feeds; feed++) {
    documentOf(feed);
    const { hostname } = new URL(toFeedUrl(feed, size.port));
    const server = createServer({ keepAliveTimeout: 15_000 }, answerFor(feed));
    await new Promise<void>((resolve, reject) =>
      server.once('error', reject).listen(size.port, hostname, resolve),
    );
  }
  process.on('message', (message: { grow?: { percent: number; items: number }; stats?: true }) => {
    if (message.grow) {
      const step = Math.round(100 / message.grow.percent);
      for (let feed = 0; feed < size.feeds; feed += step) {
        generations[feed] = (generations[feed] ?? 0) + message.grow.items;
        documentOf(feed);
      }
    }
    process.send?.({ ...stats });
    Object.assign(stats, { ok: 0, notModified: 0, conditional: 0 });
  });
  process.on('disconnect', () => process.exit(0));
  process.send?.({ ready: true });
}
