import type { Child } from 'hono/jsx';
import { deskBarCssPath } from '../../desk/assets.ts';
import { DeskBar, type DeskPlace } from '../../desk/desk-bar.tsx';
import { pageLanguage } from '../../pages/words.ts';
import { accountCssPath, type Site } from '../../site.ts';
import type { Visitor } from '../route.ts';

export interface AccountPageProps {
  site: Site;
  title: string;
  /** Undefined: nobody is signed in yet. */
  visitor?: Visitor;
  /** The path of the page, where the navigation has it. */
  path?: string;
  children?: Child;
}

/** The frame of the pages for signing in and for editors' accounts. */
export function AccountPage({ site, title, visitor, path, children }: AccountPageProps) {
  return (
    <html lang={pageLanguage} class={visitor && 'desk'}>
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>{`${title} · ${site.name}`}</title>
        <meta name="color-scheme" content="light dark" />
        <meta name="robots" content="noindex" />
        <link rel="icon" type="image/svg+xml" href={`${site.base}/favicon.svg`} />
        <link rel="stylesheet" href={`${site.base}${site.cssPath}`} />
        {visitor && <link rel="stylesheet" href={`${site.base}${deskBarCssPath}`} />}
        <link rel="stylesheet" href={`${site.base}${accountCssPath}`} />
      </head>
      <body class={visitor ? 'account' : 'account door'}>
        <a class="skip" href="#main">
          Skip to the content
        </a>
        {visitor ? <DeskBar site={site} visitor={visitor} place={toPlace(path)} /> : <Masthead site={site} />}
        <main id="main" tabindex={-1}>
          {children}
        </main>
      </body>
    </html>
  );
}

function Masthead({ site }: { site: Site }) {
  return (
    <header class="masthead">
      <div class="masthead-line">
        <p class="masthead-name">
          <a href={`${site.base}/`}>{site.name}</a>
        </p>
      </div>
    </header>
  );
}

function toPlace(path: string | undefined): DeskPlace | undefined {
  if (path === '/desk/account') return 'account';
  return path === '/desk/editors' ? 'editors' : undefined;
}

/** What every form of a session carries along. */
export function Csrf({ visitor }: { visitor: Visitor }) {
  return <input type="hidden" name="csrf" value={visitor.csrf ?? ''} />;
}
