import type { Context } from 'hono';
import { findEditorById, listEditors, reopenEditor } from '../../../db/editors.ts';
import { AppError } from '../../errors.ts';
import { changeRole, closeEditor } from '../../newsroom/close-editor.ts';
import { parseRole } from '../../newsroom/editor-fields.ts';
import { invitationDays, inviteEditor, linkEditor, toWelcomeUrl } from '../../newsroom/invite-editor.ts';
import type { AppDeps } from '../deps.ts';
import { type PageAnswer, respondPage } from '../respond.ts';
import type { Site } from '../site.ts';
import { parseId } from './account.tsx';
import { isPersonsForm, seeOther } from './answers.ts';
import { readTexts } from './form.ts';
import { EditorsPage, type NewLink } from './pages/editors-page.tsx';
import type { Visitor } from './route.ts';

type Handler = (c: Context, visitor: Visitor) => Promise<Response>;

const editorsPath = '/desk/editors';

/** `GET /desk/editors`, with `?done=` for what was done just now. */
export function showEditors(deps: AppDeps, site: Site): Handler {
  return (c, visitor) => respondEditors(c, deps, site, visitor, { done: c.req.query('done') });
}

/** `POST /desk/editors`: the answer shows the link, once. */
export function submitInvitation(deps: AppDeps, site: Site): Handler {
  return withSlips(deps, site, async (c, visitor) => {
    const { role } = await readTexts(c, ['role']);
    const token = await inviteEditor(deps.db, parseRole(role), deps.now());
    const newLink = { url: toWelcomeUrl(site.url, token), forWhom: `a new ${role}`, days: invitationDays };
    return respondEditors(c, deps, site, visitor, { newLink });
  });
}

/** `POST /desk/editors/:id/link`: for a lost password; the answer shows the link, once. */
export function submitLink(deps: AppDeps, site: Site): Handler {
  return withSlips(deps, site, async (c, visitor) => {
    const editor = await getEditor(c, deps);
    const { token, days } = await linkEditor(deps.db, editor, deps.now());
    const newLink = { url: toWelcomeUrl(site.url, token), forWhom: editor.name, days };
    return respondEditors(c, deps, site, visitor, { newLink });
  });
}

/** `POST /desk/editors/:id/role` */
export function submitRole(deps: AppDeps, site: Site): Handler {
  return withSlips(deps, site, async (c) => {
    const { role } = await readTexts(c, ['role']);
    await changeRole(deps.db, await getEditor(c, deps), parseRole(role));
    return seeOther(site, `${editorsPath}?done=role`);
  });
}

/** `POST /desk/editors/:id/close` */
export function submitClose(deps: AppDeps, site: Site): Handler {
  return withSlips(deps, site, async (c) => {
    await closeEditor(deps.db, await getEditor(c, deps), deps.now());
    return seeOther(site, `${editorsPath}?done=close`);
  });
}

/** `POST /desk/editors/:id/reopen` */
export function submitReopen(deps: AppDeps, site: Site): Handler {
  return withSlips(deps, site, async (c) => {
    await reopenEditor(deps.db, (await getEditor(c, deps)).id);
    return seeOther(site, `${editorsPath}?done=reopen`);
  });
}

async function getEditor(c: Context, deps: AppDeps) {
  const editor = await findEditorById(deps.db, parseId(c));
  if (editor) return editor;
  throw new AppError('editor-not-found', 'There is no such editor here.');
}

/** What could not be done is told on the page it was asked for on; programs get the problem. */
function withSlips(deps: AppDeps, site: Site, handle: Handler): Handler {
  return async (c, visitor) => {
    try {
      return await handle(c, visitor);
    } catch (error) {
      if (!(error instanceof AppError) || error.status >= 500 || !isPersonsForm(c)) throw error;
      return respondEditors(c, deps, site, visitor, { error: error.message }, { status: error.status });
    }
  };
}

async function respondEditors(
  c: Context,
  deps: AppDeps,
  site: Site,
  visitor: Visitor,
  more: { done?: string; error?: string; newLink?: NewLink },
  answer: PageAnswer = {},
): Promise<Response> {
  const now = deps.now();
  const editors = await listEditors(deps.db, now);
  const props = { site, now, visitor, editors, ...more };
  return respondPage(c.req.raw.headers, <EditorsPage {...props} />, answer);
}
