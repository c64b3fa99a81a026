import type { Site } from '../../site.ts';
import { AccountPage } from './account-page.tsx';
import { Field, Notice } from './field.tsx';

export interface SignInPageProps {
  site: Site;
  /** A path of the desk, below the site's base. */
  next?: string;
  /** The provider by which one may sign in, too. */
  oidcName?: string;
  /** As it was typed. */
  login: string;
  /** Why what was typed does not let in. */
  error?: string;
  /** Why the provider did not let in. */
  notice?: string;
}

/** The door of the desk. */
export function SignInPage({ site, next, oidcName, login, error, notice }: SignInPageProps) {
  const query = next === undefined ? '' : `?next=${encodeURIComponent(next)}`;
  return (
    <AccountPage site={site} title="Sign in">
      <h1>Sign in to the desk</h1>
      {notice && <Notice isWrong>{notice}</Notice>}
      <form class="sheet" method="post" action={`${site.base}/desk/sign-in`}>
        {next && <input type="hidden" name="next" value={next} />}
        <Field id="login" label="Login" value={login} autocomplete="username" isFocused={login === ''} />
        <Field
          id="password"
          label="Password"
          type="password"
          autocomplete="current-password"
          error={error}
          isFocused={login !== ''}
        />
        <button type="submit" class="button strong">
          Sign in
        </button>
      </form>
      {oidcName && (
        <p class="other-way">
          <a class="button" href={`${site.base}/desk/oidc${query}`}>
            Sign in with {oidcName}
          </a>
        </p>
      )}
      <p class="hint">
        The desk is for editors of {site.name}. If you have lost your password, ask a chief for a new link.
      </p>
    </AccountPage>
  );
}
