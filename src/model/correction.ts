/** What an editor corrects in a published item, said to its readers. */
export interface Correction {
  /** ISO 8601, as JSON keeps it. */
  at: string;
  /** One line of plain text. */
  text: string;
}

export const longestCorrection = 1_000;
/** Of one item. */
export const mostCorrections = 20;

const dayFormat = new Intl.DateTimeFormat('en-GB', {
  day: 'numeric',
  month: 'long',
  year: 'numeric',
  timeZone: 'UTC',
});

/** "Correction, 24 November 2026: …"; days are UTC's. */
export function toCorrectionWords({ at, text }: Correction): string {
  return `Correction, ${dayFormat.format(new Date(at))}: ${text}`;
}
