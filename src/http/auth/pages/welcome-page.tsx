import type { Invitation } from '../../../../db/invitations.ts';
import type { AppError } from '../../../errors.ts';
import type { Role } from '../../../model/editor.ts';
import type { Site } from '../../site.ts';
import { AccountPage } from './account-page.tsx';
import { Field } from './field.tsx';

export interface WelcomePageProps {
  site: Site;
  token: string;
  invitation: Invitation;
  /** As they were typed. */
  login: string;
  name: string;
  error?: AppError;
}

/** What someone of a role does here. */
export const roleWords: Record<Role, string> = {
  reader: 'sees the desk',
  editor: 'decides what is published',
  chief: 'decides, and has the topics, the sources and the editors',
};

/** Who follows a link becomes an editor, or chooses a new password. */
export function WelcomePage({ site, token, invitation, login, name, error }: WelcomePageProps) {
  const { editor, role } = invitation;
  const wrong = { password: '', login: '', name: '' };
  if (error) wrong[toField(error)] = error.message;
  return (
    <AccountPage site={site} title={editor ? 'Choose a password' : 'Welcome'}>
      <h1>{editor ? `Choose a password, ${editor.name}` : `Welcome to the desk of ${site.name}`}</h1>
      <p class="standfirst">
        {editor
          ? `You sign in as ${editor.login}. All sessions that are open end.`
          : `You are invited as ${role}, who ${roleWords[role]}.`}
      </p>
      <form class="sheet" method="post" action={`${site.base}/desk/welcome/${token}`}>
        {editor ? (
          <input type="hidden" name="login" autocomplete="username" value={editor.login} />
        ) : (
          <>
            <Field
              id="name"
              label="Your name"
              hint="Decisions are signed with it."
              value={name}
              autocomplete="name"
              error={wrong.name}
              maxlength={100}
            />
            <Field
              id="login"
              label="Login"
              hint="What you type to sign in: a short name, or your e-mail address."
              value={login}
              autocomplete="username"
              error={wrong.login}
              maxlength={100}
            />
          </>
        )}
        <Field
          id="password"
          label="Password"
          hint="10 characters at least. A few words in a row are easy to keep in mind."
          type="password"
          autocomplete="new-password"
          error={wrong.password}
        />
        <button type="submit" class="button strong">
          {editor ? 'Set password and sign in' : 'Begin'}
        </button>
      </form>
    </AccountPage>
  );
}

function toField(error: AppError): 'password' | 'login' | 'name' {
  if (error.code === 'bad-password') return 'password';
  return error.message.startsWith('A name') ? 'name' : 'login';
}
