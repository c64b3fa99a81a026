import type { Child } from 'hono/jsx';
import type { Visitor } from '../auth/route.ts';
import { pageLanguage } from '../pages/words.ts';
import type { Site } from '../site.ts';
import { deskBarCssPath, deskCssPath, deskScriptPath } from './assets.ts';
import { DeskBar, type DeskPlace } from './desk-bar.tsx';

export interface DeskPageProps {
  site: Site;
  visitor: Visitor;
  title: string;
  place: DeskPlace;
  /** Fills the window, its panes scroll; others scroll as a whole. */
  isWhole?: boolean;
  children?: Child;
}

const htmxConfig = JSON.stringify({
  allowEval: false,
  includeIndicatorStyles: false,
  historyCacheSize: 0,
  selfRequestsOnly: true,
});

/** The frame of every page of the desk: head, bar with the ways on, content. */
export function DeskPage({ site, visitor, title, place, isWhole, children }: DeskPageProps) {
  const { editor, csrf = '' } = visitor;
  return (
    <html lang={pageLanguage} class={isWhole ? 'desk whole' : 'desk'}>
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover" />
        <title>{`${title} · Desk · ${site.name}`}</title>
        <meta name="color-scheme" content="light dark" />
        <meta name="htmx-config" content={htmxConfig} />
        <link rel="icon" type="image/svg+xml" href={`${site.base}/favicon.svg`} />
        <link rel="stylesheet" href={`${site.base}${site.cssPath}`} />
        <link rel="stylesheet" href={`${site.base}${deskBarCssPath}`} />
        <link rel="stylesheet" href={`${site.base}${deskCssPath}`} />
        <script type="module" src={`${site.base}${deskScriptPath}`} />
      </head>
      <body
        data-base={site.base}
        data-csrf={csrf}
        data-editor-id={editor.id}
        data-editor-name={editor.name}
        data-login={editor.login}
        data-role={editor.role}
        hx-headers={JSON.stringify({ 'X-Csrf-Token': csrf })}
      >
        <a class="skip" href="#main">
          Skip to the {place === 'queue' ? 'queue' : 'content'}
        </a>
        <DeskBar site={site} visitor={visitor} place={place} />
        {children}
      </body>
    </html>
  );
}
