import { hasRole } from '../../model/editor.ts';
import type { Visitor } from '../auth/route.ts';
import type { Site } from '../site.ts';

/** What the bar leads to. */
export type DeskPlace = 'queue' | 'history' | 'sources' | 'topics' | 'editors' | 'account';

export interface DeskBarProps {
  site: Site;
  visitor: Visitor;
  /** Where the page belongs; undefined: to none of them. */
  place?: DeskPlace;
}

const ways: { place: DeskPlace; path: string; words: string; isForChiefs?: boolean }[] = [
  { place: 'queue', path: '/desk', words: 'Queue' },
  { place: 'history', path: '/desk/history', words: 'Decisions' },
  { place: 'sources', path: '/desk/sources', words: 'Sources' },
  { place: 'topics', path: '/desk/topics/new', words: 'New topic', isForChiefs: true },
  { place: 'editors', path: '/desk/editors', words: 'Editors', isForChiefs: true },
];

/** The one navigation of all pages for editors: the ways on, and at the end who is here and the way out. */
export function DeskBar({ site, visitor, place }: DeskBarProps) {
  const { editor, csrf = '' } = visitor;
  const shown = ways.filter(({ isForChiefs }) => !isForChiefs || hasRole(editor, 'chief'));
  return (
    <header class="desk-bar">
      <p class="desk-name">
        <a href={`${site.base}/`}>{site.name}</a>
      </p>
      <div class="desk-bar-line">
        <nav class="desk-ways" aria-label="Desk">
          <ul>
            {shown.map((way) => (
              <li>
                <a href={`${site.base}${way.path}`} aria-current={way.place === place ? 'page' : undefined}>
                  {way.words}
                </a>
              </li>
            ))}
          </ul>
        </nav>
        <form class="desk-who" method="post" action={`${site.base}/desk/sign-out`}>
          <input type="hidden" name="csrf" value={csrf} />
          <a
            href={`${site.base}/desk/account`}
            title={`Your account (${editor.role})`}
            aria-current={place === 'account' ? 'page' : undefined}
          >
            <bdi>{editor.name}</bdi>
          </a>
          <button type="submit">Sign out</button>
        </form>
      </div>
      <p class="connection" id="connection" role="status" />
    </header>
  );
}
