import { existsSync } from 'node:fs';
import path from 'node:path';

/**
 * The corpus of real feeds beside the project, or a folder of it; undefined, said aloud, where it is not.
 * Found from the project's root, where tests and benches are run.
 */
export function findCorpus(folder = ''): string | undefined {
  const found = path.resolve('..', 'shared', 'corpus', folder);
  if (existsSync(found)) return found;
  console.warn(`SKIPPED: there is no ${found}; what needs real feeds did not run.`);
  return undefined;
}
