import type { Child } from 'hono/jsx';
import { publicationFormats } from '../../model/outgoing.ts';
import type { Topic } from '../../model/topic.ts';
import { toDocumentUrl, toTopicUrl } from '../addresses.ts';
import type { Site } from '../site.ts';
import { formatNames, plainTypes } from './formats.ts';
import { pageLanguage, toDay, toLanguageAttributes } from './words.ts';

/** Open Graph properties; absolute addresses. */
export interface OpenGraph {
  type: 'website' | 'article';
  title: string;
  description?: string;
  url: string;
  imageUrl?: string;
  publishedAt?: Date;
}

export interface PageProps {
  site: Site;
  now: Date;
  title: string;
  description?: string;
  /** Absolute address that this page's content belongs to. */
  canonicalUrl?: string;
  graph?: OpenGraph;
  /** Topics in the masthead's navigation. */
  topics: Topic[];
  /** Topics whose documents the page offers to feed readers. */
  alternates?: Topic[];
  currentSlug?: string;
  /** Direction of the content, where it isn't that of our own words. */
  direction?: 'rtl';
  /** The front page shows the name in full size, and as its heading. */
  isFront?: boolean;
  children?: Child;
}

/** The frame of every page for readers: head, masthead, content, foot. */
export function Page(props: PageProps) {
  const { site, title, isFront, direction, children } = props;
  return (
    <html lang={pageLanguage}>
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>{title === site.name ? title : `${title} · ${site.name}`}</title>
        <Meta {...props} />
        <link rel="icon" type="image/svg+xml" href={`${site.base}/favicon.svg`} />
        <link rel="stylesheet" href={`${site.base}${site.cssPath}`} />
        <script type="module" src={`${site.base}${site.scriptPath}`} />
      </head>
      <body class={isFront ? 'front' : undefined}>
        <a class="skip" href="#main">
          Skip to the news
        </a>
        <Masthead {...props} />
        <main id="main" tabindex={-1} dir={direction}>
          {children}
        </main>
        <Foot site={site} />
      </body>
    </html>
  );
}

function Meta({ site, description, canonicalUrl, graph, alternates }: PageProps) {
  return (
    <>
      <meta name="color-scheme" content="light dark" />
      {description && <meta name="description" content={description} />}
      {canonicalUrl && <link rel="canonical" href={canonicalUrl} />}
      {alternates?.flatMap((topic) =>
        publicationFormats.map((format) => (
          <link
            rel="alternate"
            type={plainTypes[format]}
            title={`${topic.name} (${formatNames[format]})`}
            href={toDocumentUrl(site.base, topic.slug, format)}
          />
        )),
      )}
      {graph && <Graph site={site} graph={graph} />}
    </>
  );
}

function Graph({ site, graph }: { site: Site; graph: OpenGraph }) {
  const properties = {
    'og:site_name': site.name,
    'og:type': graph.type,
    'og:title': graph.title,
    'og:description': graph.description,
    'og:url': graph.url,
    'og:image': graph.imageUrl,
    'article:published_time': graph.publishedAt?.toISOString(),
  };
  return (
    <>
      {Object.entries(properties).map(
        ([property, content]) => content && <meta property={property} content={content} />,
      )}
    </>
  );
}

function Masthead({ site, now, topics, currentSlug, isFront }: PageProps) {
  const name = <a href={`${site.base}/`}>{site.name}</a>;
  return (
    <header class="masthead">
      <div class="masthead-line">
        {isFront ? <h1 class="masthead-name">{name}</h1> : <p class="masthead-name">{name}</p>}
        <p class="masthead-date">
          <time datetime={now.toISOString().slice(0, 10)}>{toDay(now)}</time>
        </p>
      </div>
      {topics.length > 0 && (
        <nav class="sections" aria-label="Topics">
          <ul>
            {topics.map((topic) => (
              <li>
                <a
                  href={toTopicUrl(site.base, topic.slug)}
                  aria-current={topic.slug === currentSlug ? 'page' : undefined}
                  {...toLanguageAttributes(topic.language)}
                >
                  {topic.name}
                </a>
              </li>
            ))}
          </ul>
        </nav>
      )}
    </header>
  );
}

function Foot({ site }: { site: Site }) {
  return (
    <footer class="foot">
      <p>Every story links to its publisher, where it can be read in full. Wireroom {site.version}.</p>
      <p>
        <a href={`${site.base}/topics.opml`}>Subscribe to all topics (OPML)</a>
      </p>
    </footer>
  );
}
