import { beforeEach, describe, expect, it } from 'vitest';
import { createEditor, findEditorByLogin, markEditorClosed, storeRole } from '../../../db/editors.ts';
import { inviteFirstChief } from '../../../src/newsroom/first-chief.ts';
import { makeEditor, password } from '../../support/make-editor.ts';
import { useDatabase } from '../../support/postgres.ts';
import { now } from '../seed.ts';
import type { Browser } from './browser.ts';
import { createDeskApp, type DeskApp } from './desk-app.ts';

const database = useDatabase({ max: 10 });
let desk: DeskApp;
beforeEach(async () => {
  await database.db.deleteFrom('invitations').execute();
  await database.db.deleteFrom('editors').execute();
  desk = createDeskApp(database.db);
});

const invite = async () => {
  const link = await inviteFirstChief(database.db, 'https://news.example.org', desk.deps.now());
  return link === undefined ? undefined : new URL(link).pathname;
};
const introduce = (path: string, login: string, more: Record<string, string> = {}) =>
  desk.open().submit(path, { login, name: login, password, ...more });

describe('the link for the first chief', () => {
  it('makes a chief, once, and signs in', async () => {
    const path = (await invite())!;
    const browser = desk.open();
    expect((await browser.get(path)).status).toBe(200);
    expect((await browser.get(path)).status).toBe(200);
    const response = await browser.submit(path, { login: 'Cleo', name: ' Cleo  Marsh ', password });
    expect(response.headers.get('location')).toBe('/desk');
    expect((await browser.get('/desk/editors')).status).toBe(200);
    const { passwordHash, ...cleo } = (await findEditorByLogin(database.db, 'cleo'))!;
    expect(cleo).toMatchObject({ login: 'cleo', name: 'Cleo Marsh', role: 'chief' });
    expect((await desk.open().get(path)).status).toBe(410);
    expect((await introduce(path, 'eve')).status).toBe(410);
    expect(await invite()).toBeUndefined();
  });

  it('lets in one of many who take it up at once', async () => {
    const path = (await invite())!;
    const answers = await Promise.all(Array.from({ length: 8 }, (_, n) => introduce(path, `chief${n}`)));
    expect(answers.map(({ status }) => status).sort()).toEqual([303, ...Array(7).fill(410)]);
    expect(await database.db.selectFrom('editors').selectAll().execute()).toHaveLength(1);
  });

  it('is replaced by the next one, and void once someone else is chief', async () => {
    const first = (await invite())!;
    const second = (await invite())!;
    expect((await desk.open().get(first)).status).toBe(410);
    desk.wait(1);
    await makeEditor(database.db, 'cleo', 'chief', desk.deps.now());
    expect((await desk.open().get(second)).status).toBe(410);
    expect((await introduce(second, 'eve')).status).toBe(410);
  });

  it('is one, though many servers start at once', async () => {
    const paths = await Promise.all(Array.from({ length: 5 }, () => invite()));
    const statuses = await Promise.all(paths.map(async (path) => (await desk.open().get(path!)).status));
    expect(statuses.sort()).toEqual([200, 410, 410, 410, 410]);
  });

  it('expires after a week', async () => {
    const path = (await invite())!;
    desk.wait(7 * 86_400);
    expect((await introduce(path, 'late')).status).toBe(410);
  });

  it('stays when what was typed will not do, and keeps it but for the password', async () => {
    const path = (await invite())!;
    await createEditor(database.db, { login: 'taken', name: 'T', role: 'reader' }, now);
    for (const [fields, status, words] of [
      [{ password: 'short' }, 400, '5 of at least 10'],
      [{ password: 'password123' }, 400, 'tried first'],
      [{ password: 'a'.repeat(201) }, 400, 'longer than 200'],
      [{ login: 'no spaces' }, 400, 'made of letters'],
      [{ name: '  ' }, 400, 'A name has'],
      [{ login: 'Taken' }, 409, 'Take another login'],
    ] as const) {
      const response = await introduce(path, 'someone', fields);
      expect(response.status).toBe(status);
      const html = await response.text();
      expect(html).toContain(words);
      expect(html).not.toContain(password);
    }
    expect((await introduce(path, 'someone')).status).toBe(303);
  });
});

describe('editors', () => {
  let cleo: Browser;
  const idOf = async (login: string) => (await findEditorByLogin(database.db, login))!.id;
  const readLink = async (response: Response) =>
    /\/desk\/welcome\/[\w-]{43}/.exec(await response.text())?.[0];

  beforeEach(async () => {
    await makeEditor(database.db, 'cleo', 'chief', now);
    await makeEditor(database.db, 'ada', 'editor', now);
    cleo = desk.open();
    await cleo.signIn('cleo');
  });

  it('are invited by a link that gives the role that was chosen', async () => {
    for (const role of ['reader', 'chief']) {
      const path = (await readLink(await cleo.post('/desk/editors', { role })))!;
      await introduce(path, `new-${role}`);
      expect((await findEditorByLogin(database.db, `new-${role}`))?.role).toBe(role);
    }
    expect((await cleo.post('/desk/editors', { role: 'owner' })).status).toBe(400);
  });

  it('choose a new password by a link, which ends their sessions and can be used once', async () => {
    const ada = desk.open();
    await ada.signIn('ada');
    const first = (await readLink(await cleo.post(`/desk/editors/${await idOf('ada')}/link`)))!;
    const second = (await readLink(await cleo.post(`/desk/editors/${await idOf('ada')}/link`)))!;
    expect((await introduce(first, 'x')).status).toBe(410);
    const answers = await Promise.all(
      [1, 2, 3].map(() => introduce(second, 'x', { password: 'another long one' })),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([303, 410, 410]);
    expect((await ada.get('/desk/account')).status).toBe(303);
    expect((await desk.open().signIn('ada')).status).toBe(401);
    expect((await desk.open().signIn('ada', 'another long one')).status).toBe(303);
  });

  it('are closed at once with all that lets them in, and reopened', async () => {
    const ada = desk.open();
    await ada.signIn('ada');
    const id = await idOf('ada');
    const path = (await readLink(await cleo.post(`/desk/editors/${id}/link`)))!;
    expect((await cleo.post(`/desk/editors/${id}/close`)).status).toBe(303);
    expect((await ada.get('/desk/account')).status).toBe(303);
    expect((await ada.signIn('ada')).status).toBe(401);
    expect((await introduce(path, 'x')).status).toBe(410);
    expect((await cleo.post(`/desk/editors/${id}/link`)).status).toBe(400);
    await cleo.post(`/desk/editors/${id}/reopen`);
    expect((await desk.open().signIn('ada')).status).toBe(303);
  });

  it('have their role from the next request on', async () => {
    const ada = desk.open();
    await ada.signIn('ada');
    expect((await ada.get('/desk/editors')).status).toBe(403);
    await cleo.post(`/desk/editors/${await idOf('ada')}/role`, { role: 'chief' });
    expect((await ada.get('/desk/editors')).status).toBe(200);
  });

  it('always have an open chief', async () => {
    const id = await idOf('cleo');
    for (const response of [
      await cleo.post(`/desk/editors/${id}/close`),
      await cleo.post(`/desk/editors/${id}/role`, { role: 'reader' }),
    ]) {
      expect(response.status).toBe(409);
      expect(await response.text()).toContain('the last chief');
    }
    expect((await cleo.post('/desk/editors/999999/close')).status).toBe(404);
    expect((await cleo.post('/desk/editors/x/close')).status).toBe(404);
  });

  it('keep one, though all close or demote each other at once', async () => {
    const { db } = database;
    for (let round = 0; round < 10; round += 1) {
      const ids = [await idOf('cleo')];
      for (const n of [1, 2, 3]) ids.push((await makeEditor(db, `chief${round}${n}`, 'chief', now)).id);
      const done = await Promise.all(
        ids.map((id, n) => (n % 2 ? markEditorClosed(db, id, now) : storeRole(db, id, 'reader'))),
      );
      expect(done.filter(Boolean)).toHaveLength(3);
      const left = await db
        .selectFrom('editors')
        .select('id')
        .where('role', '=', 'chief')
        .where('closed_at', 'is', null)
        .execute();
      expect(left).toHaveLength(1);
      await db.updateTable('editors').set({ role: 'reader' }).execute();
      await db
        .updateTable('editors')
        .set({ role: 'chief', closed_at: null })
        .where('login', '=', 'cleo')
        .execute();
    }
  });
});
