/** Prints rows under a head, numbers to the right. */
export function printTable(head: string[], rows: (string | number)[][]): void {
  const cells = [head, ...rows.map((row) => row.map(String))];
  const widths = head.map((_, column) => Math.max(...cells.map((row) => row[column]?.length ?? 0)));
  const isNumeric = (text: string) => /^[\d.,×<>≥≤ %-]+$/.test(text);
  for (const row of cells) {
    const line = row.map((text, n) =>
      isNumeric(text) ? text.padStart(widths[n] ?? 0) : text.padEnd(widths[n] ?? 0),
    );
    console.log(line.join('  ').trimEnd());
  }
}

export function toMedian(values: number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 ? (sorted[middle] ?? 0) : ((sorted[middle - 1] ?? 0) + (sorted[middle] ?? 0)) / 2;
}
