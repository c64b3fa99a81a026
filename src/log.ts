import pino from 'pino';

/** Structured log: the first argument holds the fields, the second the sentence. */
export interface Log {
  debug(fields: object, sentence: string): void;
  info(fields: object, sentence: string): void;
  warn(fields: object, sentence: string): void;
  error(fields: object, sentence: string): void;
}

export const logLevels = ['debug', 'info', 'warn', 'error', 'silent'] as const;

/** JSON lines on standard error, so that standard output belongs to answers. */
export function createLog(level: (typeof logLevels)[number]): Log {
  return pino(
    { level, base: null, timestamp: pino.stdTimeFunctions.isoTime },
    pino.destination({ fd: 2, sync: true }),
  );
}
