import type { ApiToken } from '../../../../db/api-tokens.ts';
import { type Scope, scopes } from '../../../model/editor.ts';
import { tokenDays } from '../../../newsroom/create-api-token.ts';
import type { Site } from '../../site.ts';
import type { Visitor } from '../route.ts';
import { Csrf } from './account-page.tsx';
import type { AccountSlip } from './account-slip.ts';
import { Field, Notice } from './field.tsx';
import { Day, Moment } from './moment.tsx';

export interface TokenListProps {
  site: Site;
  now: Date;
  visitor: Visitor;
  tokens: ApiToken[];
  newToken?: string;
  slip?: AccountSlip;
}

const scopeWords: Record<Scope, string> = {
  read: 'see the desk',
  decide: 'decide',
  manage: 'manage topics and sources',
};

/** By what programs act in one's name. */
export function TokenList(props: TokenListProps) {
  const { tokens, newToken } = props;
  return (
    <section aria-labelledby="tokens-head">
      <h2 id="tokens-head">API tokens</h2>
      {newToken && (
        <Notice>
          <p>This is the new token. Copy it now: it is not shown again.</p>
          <p>
            <code class="secret">{newToken}</code>
          </p>
        </Notice>
      )}
      {tokens.length === 0 ? (
        <p class="hint">
          No program acts in your name. A token lets one, as far as its scopes and your role go.
        </p>
      ) : (
        <ul class="rows">
          {tokens.map((token) => (
            <Token {...props} token={token} />
          ))}
        </ul>
      )}
      <NewTokenForm {...props} />
    </section>
  );
}

function Token({ site, now, visitor, token }: TokenListProps & { token: ApiToken }) {
  return (
    <li>
      <div class="row-words">
        <p class="row-title">{token.name}</p>
        <p class="meta">
          <span>may {token.scopes.map((scope) => scopeWords[scope]).join(', ')}</span>
          <span>{token.usedAt ? <Used at={token.usedAt} now={now} /> : 'not used yet'}</span>
          <span>{token.expiresAt ? <Until at={token.expiresAt} /> : 'works until it is revoked'}</span>
        </p>
      </div>
      <form method="post" action={`${site.base}/desk/account/tokens/${token.id}/revoke`}>
        <Csrf visitor={visitor} />
        <button type="submit" class="plain" aria-label={`Revoke ${token.name}`}>
          Revoke
        </button>
      </form>
    </li>
  );
}

function Used({ at, now }: { at: Date; now: Date }) {
  return (
    <>
      used <Moment at={at} now={now} />
    </>
  );
}

function Until({ at }: { at: Date }) {
  return (
    <>
      works until <Day at={at} />
    </>
  );
}

function NewTokenForm({ site, visitor, slip }: TokenListProps) {
  return (
    <form class="sheet" method="post" action={`${site.base}/desk/account/tokens`}>
      <Csrf visitor={visitor} />
      <Field
        id="token-name"
        name="name"
        label="Name of a new token"
        hint="What it is for."
        value={slip?.typed}
        autocomplete="off"
        error={slip?.error.message}
        maxlength={100}
      />
      <fieldset>
        <legend>It may</legend>
        {scopes.map((scope) => (
          <label class="tick">
            <input type="checkbox" name="scope" value={scope} checked={scope === 'read'} />
            {scopeWords[scope]}
          </label>
        ))}
      </fieldset>
      <div class="field">
        <label for="days">It works for</label>
        <select id="days" name="days">
          {tokenDays.map((days) => (
            <option value={String(days)} selected={days === 90}>
              {days === 0 ? 'as long as it is not revoked' : `${days} days`}
            </option>
          ))}
        </select>
      </div>
      <button type="submit" class="button">
        Make a token
      </button>
    </form>
  );
}
