import Table from 'cli-table3';

/** Where a command prints: answers to standard output, remarks to standard error. */
export interface Output {
  /** A line of the answer. */
  print(line: string): void;
  /** A remark for the person, not part of the answer. */
  remark(line: string): void;
  /** Whether a person watches: progress is shown only then. */
  isTerminal: boolean;
}

export const standardOutput: Output = {
  print: (line) => void process.stdout.write(`${line}\n`),
  remark: (line) => void process.stderr.write(`${line}\n`),
  isTerminal: Boolean(process.stderr.isTTY),
};

/** Rows under a head without borders: to read, and to cut with awk. */
export function toTable(head: string[], rows: (string | number)[][]): string {
  const none = {
    top: '',
    'top-mid': '',
    'top-left': '',
    'top-right': '',
    bottom: '',
    'bottom-mid': '',
    'bottom-left': '',
    'bottom-right': '',
    left: '',
    'left-mid': '',
    mid: '',
    'mid-mid': '',
    right: '',
    'right-mid': '',
    middle: '  ',
  };
  const table = new Table({
    head,
    chars: none,
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0 },
  });
  table.push(...rows.map((row) => row.map(String)));
  return table
    .toString()
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n');
}

/** "3 sources", "1 source". */
export function count(n: number, noun: string, plural = `${noun}s`): string {
  return `${n} ${n === 1 ? noun : plural}`;
}

/** "12 min ago", "in 3 h", "never". */
export function toAge(at: Date | undefined, now: Date): string {
  if (!at) return 'never';
  const seconds = Math.round((now.getTime() - at.getTime()) / 1000);
  const size = Math.abs(seconds);
  const text =
    size < 60
      ? `${size} s`
      : size < 3_600
        ? `${Math.round(size / 60)} min`
        : size < 172_800
          ? `${Math.round(size / 3_600)} h`
          : `${Math.round(size / 86_400)} d`;
  return seconds >= 0 ? `${text} ago` : `in ${text}`;
}
