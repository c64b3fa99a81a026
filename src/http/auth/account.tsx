import type { Context } from 'hono';
import { listApiTokens, revokeApiToken } from '../../../db/api-tokens.ts';
import { findEditorById, renameEditor } from '../../../db/editors.ts';
import { endSession, endSessions, listSessions } from '../../../db/sessions.ts';
import { AppError } from '../../errors.ts';
import { isId } from '../../model/id.ts';
import { changePassword } from '../../newsroom/change-password.ts';
import { createApiToken } from '../../newsroom/create-api-token.ts';
import { parseName } from '../../newsroom/editor-fields.ts';
import { toSeenAfter } from '../../newsroom/session.ts';
import type { AppDeps } from '../deps.ts';
import { type PageAnswer, respondPage } from '../respond.ts';
import type { Site } from '../site.ts';
import { isPersonsForm, seeOther, toDeviceCookie } from './answers.ts';
import { toNoCookie } from './cookies.ts';
import { readFields, readTexts } from './form.ts';
import type { AccountSlip } from './pages/account-slip.ts';
import { OwnAccountPage } from './pages/own-account-page.tsx';
import type { Visitor } from './route.ts';

type Handler = (c: Context, visitor: Visitor) => Promise<Response>;

const accountPath = '/desk/account';

/** `GET /desk/account`, with `?done=` for what was done just now. */
export function showAccount(deps: AppDeps, site: Site): Handler {
  return (c, visitor) => respondAccount(c, deps, site, visitor, { done: c.req.query('done') });
}

/** `POST /desk/account/name` */
export function submitName(deps: AppDeps, site: Site): Handler {
  return withSlips(deps, site, 'name', async (c, { editor }) => {
    const { name } = await readTexts(c, ['name']);
    await renameEditor(deps.db, editor.id, parseName(name));
    return seeOther(site, `${accountPath}?done=name`);
  });
}

/** `POST /desk/account/password`: all other sessions end. */
export function submitPassword(deps: AppDeps, site: Site): Handler {
  return withSlips(deps, site, 'password', async (c, { editor, sessionId }) => {
    const { present, wanted } = await readTexts(c, ['present', 'wanted']);
    const now = deps.now();
    const device = await changePassword(deps.db, { editorId: editor.id, sessionId, present, wanted }, now);
    return seeOther(site, `${accountPath}?done=password`, [toDeviceCookie(site, device, now)]);
  });
}

/** `POST /desk/account/sessions/:id/end`; one's own, too, and then one is signed out. */
export function submitSessionEnd(deps: AppDeps, site: Site): Handler {
  return async (c, { editor, sessionId }) => {
    const id = parseId(c);
    await endSession(deps.db, editor.id, id);
    if (id === sessionId) return seeOther(site, '/desk/sign-in', [toNoCookie(site, 'session')]);
    return seeOther(site, `${accountPath}?done=session`);
  };
}

/** `POST /desk/account/other-sessions/end` */
export function submitOtherSessionsEnd(deps: AppDeps, site: Site): Handler {
  return async (_, { editor, sessionId }) => {
    await endSessions(deps.db, editor.id, sessionId);
    return seeOther(site, `${accountPath}?done=sessions`);
  };
}

/** `POST /desk/account/tokens`: the answer shows the token, once. */
export function submitToken(deps: AppDeps, site: Site): Handler {
  return withSlips(deps, site, 'token', async (c, visitor) => {
    const { name, days } = await readTexts(c, ['name', 'days']);
    const scopes = await readFields(c, 'scope');
    // What was not said must not become 0, which is for ever.
    const wanted = {
      editorId: visitor.editor.id,
      name,
      scopes,
      days: /^\d+$/.test(days) ? Number(days) : Number.NaN,
    };
    const newToken = await createApiToken(deps.db, wanted, deps.now());
    return respondAccount(c, deps, site, visitor, { newToken });
  });
}

/** `POST /desk/account/tokens/:id/revoke` */
export function submitTokenRevoke(deps: AppDeps, site: Site): Handler {
  return async (c, { editor }) => {
    await revokeApiToken(deps.db, editor.id, parseId(c), deps.now());
    return seeOther(site, `${accountPath}?done=token`);
  };
}

/** A slip in a form is told beside it, with what was typed; programs get the problem. */
function withSlips(deps: AppDeps, site: Site, form: AccountSlip['form'], handle: Handler): Handler {
  return async (c, visitor) => {
    try {
      return await handle(c, visitor);
    } catch (error) {
      if (!(error instanceof AppError) || error.status >= 500 || !isPersonsForm(c)) throw error;
      const { name } = await readTexts(c, ['name']);
      const slip = { form, error, typed: name };
      return respondAccount(c, deps, site, visitor, { slip }, { status: error.status });
    }
  };
}

async function respondAccount(
  c: Context,
  deps: AppDeps,
  site: Site,
  visitor: Visitor,
  more: { done?: string; slip?: AccountSlip; newToken?: string },
  answer: PageAnswer = {},
): Promise<Response> {
  const { db } = deps;
  const now = deps.now();
  const { id } = visitor.editor;
  const [sessions, tokens, stored] = await Promise.all([
    listSessions(db, id, now, toSeenAfter(now)),
    listApiTokens(db, id, now),
    findEditorById(db, id),
  ]);
  const hasPassword = stored?.passwordHash !== undefined;
  const props = { site, now, visitor, sessions, tokens, hasPassword, ...more };
  return respondPage(c.req.raw.headers, <OwnAccountPage {...props} />, answer);
}

/** Throws AppError `page-not-found` for what is no id. */
export function parseId(c: Context): string {
  const id = c.req.param('id') ?? '';
  if (isId(id)) return id;
  throw new AppError('page-not-found', 'The address may be mistyped, or the page may have gone.');
}
