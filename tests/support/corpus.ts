import { existsSync } from 'node:fs';
import path from 'node:path';

const shared = path.resolve(import.meta.dirname, '..', '..', '..', 'shared');

/** A folder of the corpus of real feeds beside the project, or undefined, said aloud, where it is not. */
export function findCorpus(folder: string): string | undefined {
  const found = path.join(shared, 'corpus', folder);
  if (existsSync(found)) return found;
  console.warn(`SKIPPED: there is no ${found}; the tests over real feeds did not run.`);
  return undefined;
}
