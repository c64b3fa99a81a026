import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export function readCorpusJson<T>(folder: string, file: string): T {
  return JSON.parse(readFileSync(join(folder, file), 'utf8')) as T;
}

/** What a scorer found: how much was right, and what was not. */
export interface Score {
  right: number;
  total: number;
  misses: Miss[];
}

export interface Miss {
  /** File, item and field. */
  key: string;
  expected: string;
  actual: string;
}

export function percent({ right, total }: { right: number; total: number }): number {
  return total === 0 ? 0 : (100 * right) / total;
}
