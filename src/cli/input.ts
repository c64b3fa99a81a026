import { readFileSync } from 'node:fs';
import { AppError } from '../errors.ts';

/** The bytes of a file, or of standard input for `-`. Throws AppError `bad-argument` when it cannot be read. */
export function readInput(file: string): Buffer {
  try {
    return readFileSync(file === '-' ? 0 : file);
  } catch (error) {
    throw new AppError('bad-argument', `${file} cannot be read: ${(error as Error).message}`, {
      cause: error,
    });
  }
}
