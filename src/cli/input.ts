import { readFileSync } from 'node:fs';
import { AppError } from '../errors.ts';

const reasons: Record<string, (file: string) => string> = {
  ENOENT: (file) => `There is no file ${file}.`,
  EISDIR: (file) => `${file} is a folder, not a file.`,
  EACCES: (file) => `This user may not read ${file}.`,
};

/** The bytes of a file, or of standard input for `-`. Throws AppError `bad-argument` when it cannot be read. */
export function readInput(file: string): Buffer {
  try {
    return readFileSync(file === '-' ? 0 : file);
  } catch (error) {
    const { code = '', message } = error as NodeJS.ErrnoException;
    const sentence = reasons[code]?.(file) ?? `${file} cannot be read: ${message}`;
    throw new AppError('bad-argument', sentence, { cause: error });
  }
}
