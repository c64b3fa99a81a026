import type { NewPlacement } from '../../db/placements.ts';
import { matchRule } from '../match/match-rule.ts';
import { createSubject, type MatchSubject } from '../match/subject.ts';
import type { NewEntry } from '../model/entry.ts';
import { toPlainText } from '../normalise/text.ts';
import type { TopicRule } from './rule-book.ts';

/** An entry that may belong to topics. */
export interface Candidate {
  entry: NewEntry;
  storyId: string;
  /** The story's date. */
  datedAt: Date;
  source: { id: string; title: string; url: string };
}

/** Characters of an entry's text that rules see. */
const longestText = 100_000;

/** Runs each topic's rule over each candidate: one placement per topic and story, with the clauses that hit. */
export function offerToTopics(rules: TopicRule[], candidates: Candidate[]): NewPlacement[] {
  const placements = new Map<string, NewPlacement>();
  for (const candidate of candidates) {
    const subject = toSubject(candidate);
    for (const { topic, rule, sourceIds } of rules) {
      if (sourceIds && !sourceIds.has(candidate.source.id)) continue;
      const reasons = matchRule(rule, subject);
      if (!reasons) continue;
      const key = `${topic.id} ${candidate.storyId}`;
      if (placements.has(key)) continue;
      placements.set(key, {
        topicId: topic.id,
        storyId: candidate.storyId,
        state: topic.mode === 'automatic' ? 'published' : 'candidate',
        reasons,
        datedAt: candidate.datedAt,
      });
    }
  }
  return [...placements.values()];
}

/** What rules see of an entry. */
export function toSubject({ entry, source }: Candidate): MatchSubject {
  return createSubject({
    title: entry.title,
    get text() {
      return `${entry.summary}\n${toPlainText({ kind: 'html', value: entry.contentHtml }, longestText)}`;
    },
    authors: entry.authors.map((author) => author.name),
    categories: entry.categories,
    sourceTitle: source.title,
    sourceUrl: source.url,
    language: entry.language,
    url: entry.url,
  });
}
