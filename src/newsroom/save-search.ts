import type { Db } from '../../db/connect.ts';
import { createSavedSearch } from '../../db/saved-searches.ts';
import { AppError } from '../errors.ts';
import { parseRule } from '../match/parse-rule.ts';
import type { SavedSearch } from '../model/saved-search.ts';
import { toSlug } from '../model/topic.ts';

/** Saves a search; its slug is made from the name unless one is given. Throws AppError `bad-rule`, `bad-argument`, `search-exists`. */
export async function saveSearch(
  db: Db,
  { name, rule, slug: given }: { name: string; rule: string; slug?: string },
  now: Date,
): Promise<SavedSearch> {
  parseRule(rule);
  const slug = toSlug(given ?? name);
  if (!slug) {
    throw new AppError('bad-argument', `"${given ?? name}" has no letter or digit to make an address from.`);
  }
  return await createSavedSearch(db, { slug, name, rule }, now);
}
