import type { ApiToken } from '../../../../db/api-tokens.ts';
import type { SessionOfEditor } from '../../../../db/sessions.ts';
import type { Site } from '../../site.ts';
import type { Visitor } from '../route.ts';
import { AccountPage, Csrf } from './account-page.tsx';
import type { AccountSlip } from './account-slip.ts';
import { Field, Notice } from './field.tsx';
import { SessionList } from './session-list.tsx';
import { TokenList } from './token-list.tsx';

export interface OwnAccountPageProps {
  site: Site;
  now: Date;
  visitor: Visitor;
  sessions: SessionOfEditor[];
  tokens: ApiToken[];
  hasPassword: boolean;
  /** What was done just now. */
  done?: string;
  slip?: AccountSlip;
  /** Shown this once. */
  newToken?: string;
}

const doneWords: Record<string, string> = {
  name: 'Your name is changed. Decisions from now on are signed with it.',
  password: 'Your password is changed, and all other sessions have ended.',
  session: 'The session has ended.',
  sessions: 'All other sessions have ended.',
  token: 'The token is revoked and does not work any more.',
};

/** One's own account: name, password, sessions, API tokens. */
export function OwnAccountPage(props: OwnAccountPageProps) {
  const { site, now, visitor, sessions, tokens, done, slip, newToken } = props;
  const words = done !== undefined && Object.hasOwn(doneWords, done) ? doneWords[done] : undefined;
  return (
    <AccountPage site={site} title="Account" visitor={visitor} path="/desk/account">
      <h1>Your account</h1>
      <p class="standfirst">You sign in as {visitor.editor.login}.</p>
      {words && <Notice>{words}</Notice>}
      <NameForm site={site} visitor={visitor} slip={slip?.form === 'name' ? slip : undefined} />
      <PasswordForm {...props} slip={slip?.form === 'password' ? slip : undefined} />
      <SessionList site={site} now={now} visitor={visitor} sessions={sessions} />
      <TokenList
        site={site}
        now={now}
        visitor={visitor}
        tokens={tokens}
        newToken={newToken}
        slip={slip?.form === 'token' ? slip : undefined}
      />
    </AccountPage>
  );
}

function NameForm({ site, visitor, slip }: { site: Site; visitor: Visitor; slip?: AccountSlip }) {
  return (
    <section aria-labelledby="name-head">
      <h2 id="name-head">Name</h2>
      <form class="sheet" method="post" action={`${site.base}/desk/account/name`}>
        <Csrf visitor={visitor} />
        <Field
          id="name"
          label="Your name"
          hint="Decisions are signed with it."
          value={slip?.typed ?? visitor.editor.name}
          autocomplete="name"
          error={slip?.error.message}
          maxlength={100}
        />
        <button type="submit" class="button">
          Change name
        </button>
      </form>
    </section>
  );
}

function PasswordForm({ site, visitor, hasPassword, slip }: OwnAccountPageProps) {
  const isPresentWrong = slip !== undefined && slip.error.code !== 'bad-password';
  return (
    <section aria-labelledby="password-head">
      <h2 id="password-head">Password</h2>
      <form class="sheet" method="post" action={`${site.base}/desk/account/password`}>
        <Csrf visitor={visitor} />
        <input
          type="text"
          name="login"
          autocomplete="username"
          value={visitor.editor.login}
          hidden
          readonly
        />
        {hasPassword && (
          <Field
            id="present"
            label="Present password"
            type="password"
            autocomplete="current-password"
            error={isPresentWrong ? slip.error.message : undefined}
          />
        )}
        <Field
          id="wanted"
          label="New password"
          hint="10 characters at least. All other sessions end."
          type="password"
          autocomplete="new-password"
          error={slip !== undefined && !isPresentWrong ? slip.error.message : undefined}
        />
        <button type="submit" class="button">
          {hasPassword ? 'Change password' : 'Set password'}
        </button>
      </form>
    </section>
  );
}
