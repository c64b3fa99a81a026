import pino from 'pino';

/** Structured log: the first argument holds the fields, the second the sentence. */
export interface Log {
  debug(fields: object, sentence: string): void;
  info(fields: object, sentence: string): void;
  warn(fields: object, sentence: string): void;
  error(fields: object, sentence: string): void;
}

export const logLevels = ['debug', 'info', 'warn', 'error', 'silent'] as const;

/**
 * Writes to standard error, so that standard output belongs to answers: sentences with their time where a person watches,
 * else JSON lines with all fields.
 */
export function createLog(level: (typeof logLevels)[number], forPerson = Boolean(process.stderr.isTTY)): Log {
  const lines = pino.destination({ fd: 2, sync: true });
  const destination = forPerson ? { write: (line: string) => lines.write(toSentence(line)) } : lines;
  const options = {
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    serializers: { err: toPlainError },
  };
  return pino(options, destination);
}

/** Drivers hang whole clients with their keys on errors: only what tells the fault goes into a log. */
function toPlainError(error: unknown): object {
  if (!(error instanceof Error)) return { message: String(error) };
  const { name, message, stack } = error;
  const { code } = error as { code?: unknown };
  return { type: name, ...(typeof code === 'string' && { code }), message, stack };
}

const marks: Record<number, string> = { 20: '·', 30: ' ', 40: '!', 50: '✗' };

/** A JSON line of the log as a person reads it; a fault of ours keeps its stack. */
export function toSentence(line: string): string {
  const { time, level, msg, err } = JSON.parse(line) as {
    time: string;
    level: number;
    msg: string;
    err?: { stack?: string };
  };
  const stack = level >= 50 && err?.stack ? `\n${err.stack}` : '';
  return `${time.slice(11, 19)} ${marks[level] ?? ' '} ${msg}${stack}\n`;
}
