const toXml = (text: string) => text.replace(/&/g, '&amp;').replace(/</g, '&lt;');

export interface FeedItem {
  title: string;
  link?: string;
  guid?: string;
  date?: string;
  html?: string;
}

/** An RSS 2.0 document as a publisher would write it. */
export function makeRss(title: string, items: FeedItem[], extra = ''): string {
  const body = items.map(
    ({ title: headline, link, guid, date, html }) =>
      `<item><title>${toXml(headline)}</title>${link ? `<link>${toXml(link)}</link>` : ''}${
        guid ? `<guid isPermaLink="false">${toXml(guid)}</guid>` : ''
      }${date ? `<pubDate>${date}</pubDate>` : ''}<description>${toXml(html ?? `<p>${headline}, told at length.</p>`)}</description></item>`,
  );
  return `<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0"><channel><title>${toXml(title)}</title><link>https://${title.toLowerCase()}.example/</link>
<description>News of ${toXml(title)}</description><language>en</language>${extra}${body.join('\n')}</channel></rss>`;
}

/** A headline that has no word in common with that of another number: told by two sources, they are two stories. */
export function toOwnWords(number: number): string {
  const letters = [...String(number)].map((digit) => 'bcdfghjklm'[Number(digit)]).join('o');
  return ['ka', 'le', 'mi', 'tu'].map((start) => `${start}${letters}a`).join(' ');
}
