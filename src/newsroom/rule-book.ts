import type { Db } from '../../db/connect.ts';
import { getRulesVersion } from '../../db/topic-rules.ts';
import { listTopics } from '../../db/topics.ts';
import { parseRule } from '../match/parse-rule.ts';
import type { Rule } from '../match/rule.ts';
import type { Topic } from '../model/topic.ts';

/** A topic with its rule ready to run. */
export interface TopicRule {
  topic: Topic;
  rule: Rule;
  /** Undefined: the topic takes from all sources. */
  sourceIds?: Set<string>;
}

/** The topics' rules, compiled once per change. */
export interface RuleBook {
  /** The rules as they are stored now; inside a transaction that shares the rules they stay true until its end. */
  read(db: Db): Promise<TopicRule[]>;
}

export function createRuleBook(): RuleBook {
  let version = '';
  let rules: TopicRule[] = [];
  return {
    async read(db) {
      const stored = await getRulesVersion(db);
      if (stored !== version) {
        rules = (await listTopics(db)).map(toTopicRule);
        version = stored;
      }
      return rules;
    },
  };
}

export function toTopicRule(topic: Topic): TopicRule {
  const sourceIds = topic.sourceIds === 'all' ? undefined : new Set(topic.sourceIds);
  return { topic, rule: parseRule(topic.rule), sourceIds };
}
