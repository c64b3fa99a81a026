import type { ListedEditor } from '../../../../db/editors.ts';
import { roles } from '../../../model/editor.ts';
import type { Site } from '../../site.ts';
import type { Visitor } from '../route.ts';
import { AccountPage, Csrf } from './account-page.tsx';
import { Notice } from './field.tsx';
import { Moment } from './moment.tsx';
import { roleWords } from './welcome-page.tsx';

/** A link that was made just now, shown this once. */
export interface NewLink {
  url: string;
  forWhom: string;
  /** How long it waits. */
  days: number;
}

export interface EditorsPageProps {
  site: Site;
  now: Date;
  visitor: Visitor;
  editors: ListedEditor[];
  /** What was done just now. */
  done?: string;
  /** Why what was asked for was not done. */
  error?: string;
  newLink?: NewLink;
}

const doneWords: Record<string, string> = {
  role: 'The role is changed; it holds from now on. If that was a chief, all links that waited are void.',
  close:
    'The editor is closed: sessions, tokens and links have ended; of a chief, all links that waited. What was decided stays signed.',
  reopen: 'The editor may sign in again.',
};

/** Who may sit at the desk. */
export function EditorsPage(props: EditorsPageProps) {
  const { site, visitor, editors, done, error, newLink } = props;
  const words = done !== undefined && Object.hasOwn(doneWords, done) ? doneWords[done] : undefined;
  return (
    <AccountPage site={site} title="Editors" visitor={visitor} path="/desk/editors">
      <h1>Editors</h1>
      {words && <Notice>{words}</Notice>}
      {error && <Notice isWrong>{error}</Notice>}
      {newLink && <Link link={newLink} />}
      <ul class="rows">
        {editors.map((listed) => (
          <EditorRow {...props} listed={listed} />
        ))}
      </ul>
      <section aria-labelledby="invite-head">
        <h2 id="invite-head">Invite someone</h2>
        <form class="sheet" method="post" action={`${site.base}/desk/editors`}>
          <Csrf visitor={visitor} />
          <fieldset>
            <legend>As</legend>
            {roles.map((role) => (
              <label class="tick">
                <input type="radio" name="role" value={role} checked={role === 'editor'} />
                <span>
                  <b>{role}</b> {roleWords[role]}
                </span>
              </label>
            ))}
          </fieldset>
          <button type="submit" class="button strong">
            Make a link
          </button>
        </form>
      </section>
    </AccountPage>
  );
}

function Link({ link }: { link: NewLink }) {
  return (
    <Notice>
      <p>
        This link is for {link.forWhom}. Send it where nobody else reads it: it lets in once, within{' '}
        {link.days === 1 ? 'a day' : `${link.days} days`}, and is not shown again.
      </p>
      <p>
        <code class="secret">{link.url}</code>
      </p>
    </Notice>
  );
}

function EditorRow({ site, now, visitor, listed }: EditorsPageProps & { listed: ListedEditor }) {
  const { editor, seenAt } = listed;
  const isSelf = editor.id === visitor.editor.id;
  return (
    <li>
      <div class="row-words">
        <p class="row-title">
          {editor.name}
          {isSelf && <strong class="mark"> you</strong>}
          {editor.closedAt && <strong class="mark"> closed</strong>}
        </p>
        <p class="meta">
          <span>{editor.login}</span>
          <span>{toStanding(listed)}</span>
          {seenAt && (
            <span>
              here <Moment at={seenAt} now={now} />
            </span>
          )}
        </p>
      </div>
      <div class="acts">
        {editor.closedAt ? (
          <Act site={site} visitor={visitor} listed={listed} act="reopen" words="Reopen" />
        ) : (
          <>
            <RoleForm site={site} visitor={visitor} listed={listed} />
            <Act site={site} visitor={visitor} listed={listed} act="link" words="New link" />
            <Act site={site} visitor={visitor} listed={listed} act="close" words="Close" />
          </>
        )}
      </div>
    </li>
  );
}

function toStanding({ editor, hasPassword, hasLink }: ListedEditor): string {
  if (editor.closedAt) return `was ${editor.role}`;
  if (hasPassword) return hasLink ? `${editor.role}, a link waits` : editor.role;
  return hasLink ? `${editor.role}, invited` : `${editor.role}, without a password`;
}

interface RowProps {
  site: Site;
  visitor: Visitor;
  listed: ListedEditor;
}

function RoleForm({ site, visitor, listed: { editor } }: RowProps) {
  return (
    <form method="post" action={`${site.base}/desk/editors/${editor.id}/role`}>
      <Csrf visitor={visitor} />
      <select name="role" aria-label={`Role of ${editor.name}`}>
        {roles.map((role) => (
          <option value={role} selected={role === editor.role}>
            {role}
          </option>
        ))}
      </select>
      <button type="submit" class="plain" aria-label={`Set role: ${editor.name}`}>
        Set role
      </button>
    </form>
  );
}

function Act({ site, visitor, listed: { editor }, act, words }: RowProps & { act: string; words: string }) {
  return (
    <form method="post" action={`${site.base}/desk/editors/${editor.id}/${act}`}>
      <Csrf visitor={visitor} />
      <button type="submit" class="plain" aria-label={`${words}: ${editor.name}`}>
        {words}
      </button>
    </form>
  );
}
