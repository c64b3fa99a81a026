const words = (
  'harbour council ferry bridge season early market report winter station river the a of after before while new ' +
  'minister weather coast village library orchestra budget school road night morning light water stone paper'
).split(' ');

/** A small generator of pseudo-random numbers, so that every run measures the same documents. */
function makeRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return state / 2_147_483_648;
  };
}

/** An RSS 2.0 document of about so many bytes, of items of some 2 KB with escaped and CDATA HTML, as newspapers send them. */
export function makeRss(bytes: number): { xml: string; items: number } {
  const random = makeRandom(7);
  const sentence = (count: number): string =>
    Array.from({ length: count }, () => words[Math.floor(random() * words.length)]).join(' ');
  const parts: string[] = [];
  let length = 0;
  while (length < bytes) {
    const n = parts.length;
    const paragraphs = Array.from(
      { length: 6 },
      () => `<p>${sentence(35)} <a href="/topic/${n}">${sentence(3)}</a>.</p>`,
    );
    const item = `<item><title>${sentence(8)} &amp; ${sentence(2)}</title><link>https://news.example/${n}</link>
<guid isPermaLink="false">news-${n}</guid><pubDate>Tue, 03 Feb 2026 09:${String(n % 60).padStart(2, '0')}:00 GMT</pubDate>
<dc:creator>${sentence(2)}</dc:creator><category>${sentence(1)}</category><category>${sentence(1)}</category>
<description>&lt;p&gt;${sentence(40)}&lt;/p&gt;</description>
<content:encoded><![CDATA[${paragraphs.join('\n')}]]></content:encoded>
<media:thumbnail url="https://img.example/${n}.jpg" width="640"/></item>\n`;
    parts.push(item);
    length += item.length;
  }
  const head = `<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:content="http://purl.org/rss/1.0/modules/content/"
 xmlns:media="http://search.yahoo.com/mrss/"><channel><title>Bench</title><link>https://news.example/</link>`;
  return { xml: `${head}${parts.join('')}</channel></rss>`, items: parts.length };
}
