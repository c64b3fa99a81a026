import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { findEditorByLogin } from '../../db/editors.ts';
import { verifyPassword } from '../../src/newsroom/passwords.ts';
import { startSession } from '../../src/newsroom/session.ts';
import { getInvitation } from '../../src/newsroom/take-up-invitation.ts';
import { makeEditor, password } from '../support/make-editor.ts';
import { useDatabase } from '../support/postgres.ts';
import { runCli, toDatabaseUrl } from '../support/run-cli.ts';

const database = useDatabase();
let env: Record<string, string>;
beforeAll(() => {
  env = { DATABASE_URL: toDatabaseUrl(database.address), PUBLIC_URL: 'https://wire.example' };
});
beforeEach(async () => {
  await database.db.deleteFrom('editors').execute();
});
const editor = (...args: string[]) => runCli(['editor', ...args], env);
const readToken = (stdout: string) =>
  /^https:\/\/wire\.example\/desk\/welcome\/([\w-]{43})\n$/.exec(stdout)?.[1];

describe('wireroom editor', () => {
  test('adds a chief who chooses a password by the link that is printed, alone', async () => {
    const { code, stdout, stderr } = await editor('add', 'Cleo', '--name', 'Cleo Marsh', '--role', 'chief');
    expect(code).toBe(0);
    expect(stderr).toContain('Cleo Marsh is added as chief');
    const invitation = await getInvitation(database.db, readToken(stdout)!, new Date());
    expect(invitation.editor).toMatchObject({ login: 'cleo', role: 'chief' });
    expect((await editor('list')).stdout).toMatch(/^LOGIN .*\ncleo +Cleo Marsh +chief +invited +never\n$/);
    const again = await editor('add', 'cleo');
    expect([again.code, again.stderr]).toEqual([1, expect.stringContaining('Take another login')]);
  });

  test('adds one with a password from standard input', async () => {
    const add = (input: string) => runCli(['editor', 'add', 'ada', '--password-stdin'], env, input);
    expect((await add('short\n')).code).toBe(2);
    const { code, stdout } = await add(`${password}\n`);
    expect([code, stdout]).toEqual([0, 'ada is added as editor, and signs in as ada.\n']);
    const stored = await findEditorByLogin(database.db, 'ada');
    expect(await verifyPassword(stored?.passwordHash, password)).toBe(true);
  });

  test('closes, reopens, promotes, signs out, and makes a link for a lost password', async () => {
    const now = new Date();
    await makeEditor(database.db, 'cleo', 'chief', now);
    const ada = await makeEditor(database.db, 'ada', 'editor', now);
    await startSession(database.db, ada, 'test', now);
    expect((await editor('sign-out', 'ada')).stdout).toBe('1 session of Ada ended.\n');
    expect(readToken((await editor('link', 'ada')).stdout)).toBeDefined();
    expect((await editor('close', 'ada')).stdout).toMatch(/^Ada is closed/);
    expect((await editor('link', 'ada')).code).toBe(2);
    expect((await editor('reopen', 'ada')).code).toBe(0);
    expect((await editor('close', 'cleo')).stderr).toContain('the last chief');
    expect((await editor('role', 'ada', 'chief')).stdout).toBe('Ada is chief from now on.\n');
    expect((await editor('close', 'cleo')).code).toBe(0);
    const listed = JSON.parse((await editor('list', '--json')).stdout);
    expect(listed.map((one: { editor: { login: string } }) => one.editor.login)).toEqual(['ada', 'cleo']);
    expect(JSON.stringify(listed)).not.toContain('argon2');
  });

  test('tells calls that make no sense', async () => {
    expect((await editor('list')).stdout).toContain('wireroom editor add LOGIN --role chief');
    const calls = [
      [['close', 'nobody'], 1],
      [['add', 'no spaces'], 2],
      [['add', 'x', '--role', 'owner'], 2],
      [['add'], 2],
    ] as const;
    for (const [args, code] of calls) expect((await editor(...args)).code, args.join(' ')).toBe(code);
  });
});
