import { AppError } from '../../src/errors.ts';

/** The error that shows what Postgres said last, with what to do where the words tell it. */
export function toPostgresError(what: string, directory: string, output: string): AppError {
  const lines = output.trimEnd().split('\n').slice(-8).join('\n');
  let advice = 'If it cannot be put right, set DATABASE_URL to use a Postgres of your own.';
  if (output.includes('No space left on device') || output.includes('Disk quota exceeded')) {
    advice = `The disk that holds ${directory} is full: make room, then start again.`;
  } else if (
    /Cannot allocate memory|could not map anonymous shared memory|out of memory|could not fork/.test(output)
  ) {
    advice = 'This machine has no memory left for it: end other programs, then start again.';
  } else if (/could not look up effective user|user does not exist/.test(output)) {
    advice =
      'Postgres wants its user to be in /etc/passwd: run Wireroom as another user, or set DATABASE_URL.';
  }
  return new AppError('embedded-postgres', `${what}. ${advice} Its last words:\n${lines}`);
}
