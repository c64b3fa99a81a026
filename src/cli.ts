import { Command, CommanderError } from 'commander';
import { findUnavailable } from '../db/connect.ts';
import { addEditorCommands } from './cli/editor-commands.ts';
import { standardOutput } from './cli/output.ts';
import { addParseCommand } from './cli/parse-command.ts';
import { addRefreshCommand } from './cli/refresh-command.ts';
import { addRunCommands } from './cli/run-commands.ts';
import { addSearchCommands } from './cli/search-commands.ts';
import { addSourceCommands } from './cli/source-commands.ts';
import { addStoryCommands } from './cli/story-commands.ts';
import { addTopicCommands } from './cli/topic-commands.ts';
import { AppError } from './errors.ts';
import { version } from './main.ts';

/**
 * The command line. Exit code 0: it did what was asked; 1: it could not; 2: the call itself is wrong.
 */
export async function run(argv: string[]): Promise<void> {
  const program = new Command('wireroom')
    .description(
      'Reads feeds, groups and curates them, and publishes topics as RSS, Atom, JSON Feed and pages.',
    )
    .version(version)
    .showHelpAfterError('(wireroom --help lists the commands)')
    .exitOverride();
  addRunCommands(program, standardOutput);
  addSourceCommands(program, standardOutput);
  addTopicCommands(program, standardOutput);
  addSearchCommands(program, standardOutput);
  addStoryCommands(program, standardOutput);
  addEditorCommands(program, standardOutput);
  addRefreshCommand(program, standardOutput);
  addParseCommand(program, standardOutput);
  for (const command of allCommands(program)) command.exitOverride().showHelpAfterError();
  process.stdout.on('error', endOnBrokenPipe);
  try {
    await program.parseAsync(argv);
  } catch (error) {
    process.exitCode = report(error);
  }
}

function allCommands(command: Command): Command[] {
  return command.commands.flatMap((sub) => [sub, ...allCommands(sub)]);
}

function report(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
  const known = error instanceof AppError ? error : findUnavailable(error);
  if (known) {
    process.stderr.write(`${known.message}\n`);
    return known.exitCode;
  }
  process.stderr.write(
    `Wireroom stumbled over a fault of its own:\n${error instanceof Error ? error.stack : error}\n`,
  );
  return 1;
}

/** `wireroom source list | head` ends quietly. */
function endOnBrokenPipe(error: NodeJS.ErrnoException): void {
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
}
