import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Db } from '../../db/connect.ts';
import { storeStoryLinks } from '../../db/story-links.ts';
import type { Source } from '../../src/model/source.ts';
import { minutesAgo, type SeededEntry, seedSource, seedStory, seedTopic } from './seed.ts';

/** A server of generated landscapes, as publishers' image servers are: `/any-name-WIDTHxHEIGHT.svg`. */
export async function startImageOrigin(): Promise<{ url: string; server: Server }> {
  const server = createServer((request, response) => {
    const [, name = '', width = '1200', height = '800'] =
      /^\/([a-z-]+?)-(\d+)x(\d+)\.svg$/.exec(request.url ?? '') ?? [];
    if (name === '' || name === 'missing') {
      response.writeHead(404).end();
      return;
    }
    response
      .writeHead(200, { 'Content-Type': 'image/svg+xml' })
      .end(toLandscape(name, Number(width), Number(height)));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, server };
}

function toLandscape(name: string, width: number, height: number): string {
  const hue = [...name].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) % 360, 7);
  const ridge = (base: number, step: number) =>
    Array.from(
      { length: 9 },
      (_, i) => `${(i * width) / 8},${height * (base + 0.12 * Math.sin(i * step + hue))}`,
    ).join(' ');
  const layer = (base: number, step: number, light: number) =>
    `<polygon points="0,${height} ${ridge(base, step)} ${width},${height}" fill="hsl(${hue} 24% ${light}%)"/>`;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}"><rect width="100%" height="100%" fill="hsl(${(hue + 30) % 360} 45% 82%)"/><circle cx="${width * 0.7}" cy="${height * 0.3}" r="${height * 0.1}" fill="hsl(${(hue + 40) % 360} 70% 93%)"/>${layer(0.55, 1.3, 62)}${layer(0.7, 2.1, 44)}${layer(0.85, 0.9, 27)}</svg>`;
}

export interface Newspaper {
  /** Addresses of stories by what is special about them. */
  stories: Record<'lead' | 'full' | 'titleOnly' | 'rtl' | 'endless' | 'hostile', string>;
}

/** Fills a database with a day of invented news: every case that the pages must take. */
export async function seedNewspaper(db: Db, images: string): Promise<Newspaper> {
  const publishers = await seedPublishers(db);
  const { gazette, ledger, meridian, courrier, port, orbit, bare, hostile } = publishers;
  const world = await seedTopic(db, 'World News', {
    description: 'What happens between and inside countries, from eight newsrooms, gathered all day.',
  });
  const science = await seedTopic(db, 'Science', {
    description: 'Findings, instruments and the people at them.',
  });
  const arabic = await seedTopic(db, 'Port', { name: 'أخبار الميناء', slug: 'port-ar', language: 'ar' });
  await seedTopic(db, 'Chess', { rule: 'chess AND endgame' });

  const text = (source: Source, minutes: number, entry: Omit<SeededEntry, 'publishedAt'>) => ({
    source,
    entry: {
      url: toArticleUrl(source, entry.title),
      publishedAt: minutesAgo(minutes),
      language: 'en',
      ...entry,
    },
  });
  const stories: Newspaper['stories'] = {
    lead: await seedStory(
      db,
      [world],
      [
        text(gazette, 12, {
          title: 'Ferry strike ends after night of talks as islands run short of fuel',
          summary:
            'Crews go back to work on Wednesday on a two-year agreement. Seventeen islands had been without a regular boat for nine days, and four were rationing petrol.',
          authors: [{ name: 'Ines Marrow' }, { name: 'Tobias Lund' }],
          imageUrl: `${images}/ferry-1200x800.svg`,
        }),
        text(ledger, 25, { title: 'Islands welcome deal that sends the boats out again' }),
        text(meridian, 31, { title: 'Ferry unions and operators sign two-year pay agreement' }),
        text(courrier, 44, { title: 'Fin de la grève des ferries : les îles respirent', language: 'fr' }),
        text(bare, 52, { title: 'Strike over, first sailing at 05:40' }),
      ],
    ),
    endless: await seedStory(
      db,
      [world],
      [
        text(ledger, 95, {
          title:
            'Parliament votes, after eleven hours, three suspensions and a walk-out by two of the five parties in the governing coalition, to postpone until the spring the inquiry into how the contract for the country’s only desalination plant came to be signed on a public holiday by a minister who had left',
          summary:
            'The speaker ended the session at four in the morning. Opposition members want the papers published before the budget is read.',
          imageUrl: `${images}/missing-1200x800.svg`,
        }),
      ],
    ),
    titleOnly: await seedStory(
      db,
      [world],
      [
        text(bare, 130, {
          title: 'Two border crossings reopen to lorries',
          summary: 'This summary must not be seen, for the policy of its source is the headline alone.',
          contentHtml: '<p>Nor this text.</p>',
        }),
      ],
    ),
    full: await seedStory(
      db,
      [science, world],
      [
        text(orbit, 200, {
          title: 'A telescope of mirrors no larger than plates sees a comet turn',
          summary: 'Forty amateurs on three continents pointed their instruments at the same minute of sky.',
          authors: [{ name: 'Oona Reyes' }],
          imageUrl: `${images}/comet-1600x900.svg`,
          contentHtml: toLongBody(images),
        }),
        text(meridian, 240, { title: 'Amateur network films comet’s rotation' }),
      ],
    ),
    rtl: await seedStory(
      db,
      [arabic, world],
      [
        text(port, 300, {
          title: 'عودة السفن إلى الميناء بعد تسعة أيام من التوقف',
          summary:
            'استأنفت العبارات رحلاتها صباح اليوم، وقال مدير الميناء إن الحركة ستعود إلى طبيعتها خلال يومين.',
          language: 'ar',
          imageUrl: `${images}/harbour-900x900.svg`,
        }),
        text(gazette, 320, { title: 'Boats return to the old harbour' }),
      ],
    ),
    hostile: await seedStory(
      db,
      [science],
      [
        text(hostile, 600, {
          title: `<script>alert(1)</script> & "quotes" ${'Donaudampfschifffahrtsgesellschaft'.repeat(4)}`,
          url: 'javascript:alert(1)',
          imageUrl: 'data:text/html,<script>alert(1)</script>',
          summary: '"><img src=x onerror=alert(1)>',
          authors: [{ name: '</p><b>' }],
        }),
      ],
    ),
  };
  await storeStoryLinks(
    db,
    [stories.endless, stories.titleOnly, stories.rtl, stories.hostile].map((otherId, n) => ({
      storyId: stories.lead,
      otherId,
      likeness: 0.9 - n / 10,
    })),
  );
  await seedRiver(db, publishers, { world, science, images, text });
  return { stories };
}

type Publishers = Awaited<ReturnType<typeof seedPublishers>>;

async function seedPublishers(db: Db) {
  const seed = (name: string, title: string, more: object = {}) =>
    seedSource(db, {
      feedUrl: `https://${name}.example.org/feed.xml`,
      siteUrl: `https://${name}.example.org/`,
      title,
      ...more,
    });
  return {
    gazette: await seed('gazette', 'Harbour Gazette', {
      description: 'Daily paper of the islands since the first lighthouse. News, tides and arrivals.',
    }),
    ledger: await seed('ledger', 'The Northern Ledger', {
      description: 'Politics and money above the sixtieth parallel.',
    }),
    meridian: await seed('meridian', 'Meridian Wire'),
    courrier: await seed('courrier', 'Le Courrier du Delta', {
      language: 'fr',
      description: 'Quotidien du delta.',
    }),
    port: await seed('port', 'صحيفة الميناء', {
      language: 'ar',
      description: 'أخبار الميناء والبحر كل يوم.',
    }),
    orbit: await seed('orbit', 'Field & Orbit', {
      policy: 'full',
      description: 'A monthly of the natural sciences, daily.',
    }),
    bare: await seed('bare', 'Bare Headlines', { policy: 'title', siteUrl: undefined }),
    hostile: await seed('hostile', 'Hostile <b>Times</b>', { siteUrl: 'javascript:alert(1)' }),
  };
}

interface RiverTools {
  world: Awaited<ReturnType<typeof seedTopic>>;
  science: Awaited<ReturnType<typeof seedTopic>>;
  images: string;
  text(
    source: Source,
    minutes: number,
    entry: Omit<SeededEntry, 'publishedAt'>,
  ): { source: Source; entry: SeededEntry };
}

const riverHeadlines = [
  [
    'Court orders dam operator to open its flood records',
    'Villages downstream have asked for them since the spring.',
  ],
  [
    'Grain ships queue for a third day at the northern lock',
    'Pilots say that wind, not paperwork, holds them.',
  ],
  ['Central bank leaves its rate where it was and says little', ''],
  [
    'Teachers and towns agree on smaller classes',
    'The first schools begin in January; cities have two years.',
  ],
  [
    'Search widens for climbers overdue on the east ridge',
    'Two helicopters flew until dusk. A third is on its way.',
  ],
  [
    'Rail link between the twin capitals opens a year early',
    'The first train left four minutes late and arrived on time.',
  ],
  [
    'Voters in five provinces choose new assemblies',
    'Counting goes on through the night; first figures are due at ten.',
  ],
  ['Newspaper of record prints its last evening edition', ''],
  [
    'Wildfire smoke closes three airports for a morning',
    'Airlines expect their timetables to hold by the weekend.',
  ],
  [
    'Ministers promise fishing towns an answer by Friday',
    'Quotas for cod and herring are to be read out in both chambers.',
  ],
] as const;

async function seedRiver(db: Db, publishers: Publishers, { world, science, images, text }: RiverTools) {
  const sources = [publishers.ledger, publishers.gazette, publishers.meridian];
  for (let index = 0; index < 40; index += 1) {
    const [headline, summary] = riverHeadlines[index % riverHeadlines.length]!;
    const title = index < 10 ? headline : `${headline}: day ${Math.floor(index / 10) + 1}`;
    const imageUrl = index % 3 === 1 ? `${images}/river-${'abcdefgh'[index % 8]}-600x400.svg` : undefined;
    await seedStory(db, [world], [text(sources[index % 3]!, 150 + index * 97, { title, summary, imageUrl })]);
  }
  const found = [
    'Moss that survives boiling',
    'A map of every well in the basin',
    'The beetle that counts to four',
  ];
  for (const [index, title] of found.entries()) {
    await seedStory(
      db,
      [science],
      [text(publishers.orbit, 400 + index * 60, { title, summary: `${title}: a short report.` })],
    );
  }
}

function toArticleUrl(source: Source, title: string): string {
  return new URL(`/articles/${encodeURIComponent(title.slice(0, 40))}?a=1&b=2`, source.feedUrl).href;
}

function toLongBody(images: string): string {
  const wide = Array.from({ length: 14 }, (_, i) => `<td>${i * 1371}</td>`).join('');
  return `<p>The comet is four kilometres long and turns once in eleven hours, <a href="https://orbit.example.org/paper">the paper</a> says. <strong>Nobody had asked for so many small mirrors</strong> to look at once.</p>
<h2>How they did it</h2>
<p>Each of them kept time by a receiver that costs less than a meal. The pictures were lined up by stars, not by clocks.</p>
<figure><img src="${images}/wide-3200x600.svg" alt="The comet over a ridge" width="3200" height="600"><figcaption>The comet over a ridge at five in the morning.</figcaption></figure>
<blockquote><p>We were looking for something else, and it was cloudy there.</p></blockquote>
<ul><li>40 telescopes</li><li>3 continents</li><li>1 night</li></ul>
<pre><code>${'0123456789abcdef'.repeat(20)}</code></pre>
<table><tbody><tr><th>Night</th>${wide}</tr><tr><th>Minutes</th>${wide}</tr></tbody></table>
<p>${'Pneumonoultramicroscopicsilicovolcanoconiosis'.repeat(6)}</p>`;
}
