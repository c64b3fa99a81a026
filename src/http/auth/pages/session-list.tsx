import type { SessionOfEditor } from '../../../../db/sessions.ts';
import type { Site } from '../../site.ts';
import type { Visitor } from '../route.ts';
import { Csrf } from './account-page.tsx';
import { toBrowserName } from './browser-name.ts';
import { Day, Moment } from './moment.tsx';

export interface SessionListProps {
  site: Site;
  now: Date;
  visitor: Visitor;
  sessions: SessionOfEditor[];
}

/** Where one is signed in, each with a way to end it. */
export function SessionList({ site, now, visitor, sessions }: SessionListProps) {
  return (
    <section aria-labelledby="sessions-head">
      <h2 id="sessions-head">Sessions</h2>
      <ul class="rows">
        {sessions.map((session) => {
          const isThis = session.id === visitor.sessionId;
          return (
            <li>
              <div class="row-words">
                <p class="row-title">
                  {toBrowserName(session.userAgent)}
                  {isThis && <strong class="mark"> this one</strong>}
                </p>
                <p class="meta">
                  <span>
                    used <Moment at={session.seenAt} now={now} />
                  </span>
                  <span>
                    ends on <Day at={session.expiresAt} />
                  </span>
                </p>
              </div>
              <form method="post" action={`${site.base}/desk/account/sessions/${session.id}/end`}>
                <Csrf visitor={visitor} />
                <button
                  type="submit"
                  class="plain"
                  aria-label={`End the session of ${toBrowserName(session.userAgent)}`}
                >
                  End
                </button>
              </form>
            </li>
          );
        })}
      </ul>
      {sessions.length > 1 && (
        <form method="post" action={`${site.base}/desk/account/other-sessions/end`}>
          <Csrf visitor={visitor} />
          <button type="submit" class="button">
            End all other sessions
          </button>
        </form>
      )}
    </section>
  );
}
