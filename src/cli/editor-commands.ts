import type { Command } from 'commander';
import { createEditor, listEditors, reopenEditor } from '../../db/editors.ts';
import { endSessions } from '../../db/sessions.ts';
import { type Editor, roles } from '../model/editor.ts';
import { changeRole, closeEditor } from '../newsroom/close-editor.ts';
import { parseLogin, parseName, parseRole } from '../newsroom/editor-fields.ts';
import { addEditorWithPassword, linkEditor, toWelcomeUrl } from '../newsroom/invite-editor.ts';
import { getPublicUrl } from '../newsroom/publish-topic.ts';
import { getEditor, readPassword } from './editor-arguments.ts';
import { toEditorTable } from './editor-report.ts';
import { count, type Output } from './output.ts';
import { type Session, withSession } from './session.ts';

interface AddOptions {
  name?: string;
  role: string;
  passwordStdin?: boolean;
}

/** `editor add|list|link|close|reopen|role|sign-out`. */
export function addEditorCommands(program: Command, out: Output): void {
  const editor = program.command('editor').description('who may sit at the desk');
  editor
    .command('add')
    .description('add an editor; prints a link by which a password is chosen, once')
    .argument('<login>', 'what is typed to sign in, such as a short name or an e-mail address')
    .option('--name <name>', 'what decisions are signed with; otherwise the login')
    .option('--role <role>', `one of: ${roles.join(', ')}`, 'editor')
    .option('--password-stdin', 'take the password from the first line of standard input, and print no link')
    .action((login: string, options: AddOptions) =>
      withSession((session) => add(session, out, login, options)),
    );
  editor
    .command('list')
    .description('all editors')
    .option('--json', 'print JSON')
    .action(({ json }: { json?: boolean }) => withSession((session) => list(session, out, json)));
  addActs(editor, out);
}

function addActs(editor: Command, out: Output): void {
  const act = (name: string, description: string) =>
    editor.command(name).description(description).argument('<login>');
  act('link', 'print a link by which the editor chooses a new password, once').action((login: string) =>
    withSession(async (session) => printLink(session, out, await getEditor(session.database.db, login))),
  );
  act('close', 'let the editor in no more; decisions stay signed').action((login: string) =>
    withSession(async ({ database: { db } }) => {
      const found = await getEditor(db, login);
      await closeEditor(db, found, new Date());
      out.print(`${found.name} is closed: sessions, API tokens and links have ended.`);
    }),
  );
  act('reopen', 'let a closed editor in again').action((login: string) =>
    withSession(async ({ database: { db } }) => {
      const found = await getEditor(db, login);
      await reopenEditor(db, found.id);
      out.print(`${found.name} may sign in again.`);
    }),
  );
  act('role', 'change what the editor may do')
    .argument('<role>', roles.join(', '))
    .action((login: string, role: string) =>
      withSession(async ({ database: { db } }) => {
        const found = await getEditor(db, login);
        await changeRole(db, found, parseRole(role));
        out.print(`${found.name} is ${role} from now on.`);
      }),
    );
  act('sign-out', 'end all sessions of the editor').action((login: string) =>
    withSession(async ({ database: { db } }) => {
      const found = await getEditor(db, login);
      const ended = await endSessions(db, found.id);
      out.print(`${count(ended, 'session')} of ${found.name} ended.`);
    }),
  );
}

async function add(session: Session, out: Output, given: string, options: AddOptions): Promise<void> {
  const { db } = session.database;
  const login = parseLogin(given);
  const wanted = { login, name: parseName(options.name ?? login), role: parseRole(options.role) };
  if (options.passwordStdin) {
    const added = await addEditorWithPassword(db, { ...wanted, password: readPassword() }, new Date());
    out.print(`${added.name} is added as ${added.role}, and signs in as ${login}.`);
    return;
  }
  const added = await createEditor(db, wanted, new Date());
  out.remark(`${added.name} is added as ${added.role}, and signs in as ${login}.`);
  await printLink(session, out, added);
}

/** The link alone goes to standard output, for pipes. */
async function printLink(
  { config, database: { db } }: Session,
  out: Output,
  editor: Editor & { passwordHash?: string },
): Promise<void> {
  const { token, days } = await linkEditor(db, editor, new Date());
  const publicUrl = await getPublicUrl(db, config.PUBLIC_URL);
  out.remark(`This link lets ${editor.name} choose a password, once, within ${count(days, 'day')}:`);
  out.print(toWelcomeUrl(publicUrl, token));
}

async function list({ database: { db } }: Session, out: Output, json?: boolean): Promise<void> {
  const editors = await listEditors(db, new Date());
  if (json) out.print(JSON.stringify(editors));
  else if (editors.length === 0) {
    out.print('There are no editors yet. Add one: wireroom editor add LOGIN --role chief');
  } else out.print(toEditorTable(editors, new Date()));
}
