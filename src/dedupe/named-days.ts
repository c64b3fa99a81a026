import { foldText } from '../text/fold.ts';
import type { Token } from '../text/tokens.ts';
import type { Vocabulary } from './vocabulary.ts';

const dayMs = 86_400_000;

/**
 * The days that the tokens of a text name by weekday, counted from 1970-01-01, ascending: in news "on Tuesday" is the last
 * Tuesday or, a day ahead at most, the coming one. Empty when it names none.
 */
export function listDays(tokens: Token[], { weekdays }: Vocabulary, datedAt: Date): number[] {
  if (weekdays.size === 0) return [];
  const today = Math.floor(datedAt.getTime() / dayMs);
  // 1970-01-01 was a Thursday.
  const weekday = (today + 4) % 7;
  const days = new Set<number>();
  for (const { word } of tokens) {
    const named = weekdays.get(foldText(word));
    if (named === undefined) continue;
    const ahead = (named - weekday + 7) % 7;
    days.add(today + (ahead > 1 ? ahead - 7 : ahead));
  }
  return [...days].sort((a, b) => a - b);
}
