/** What a text says of a moment; the month 1 to 12, offset in minutes east of Greenwich. */
export interface DateParts {
  year: number;
  month: number;
  day: number;
  hour?: number;
  minute?: number;
  second?: number;
  millisecond?: number;
  offset?: number;
}
