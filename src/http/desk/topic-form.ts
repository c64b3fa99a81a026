import type { Topic, TopicMode } from '../../model/topic.ts';
import { topicModes } from '../../model/topic.ts';

export const topicFields = [
  'name',
  'description',
  'rule',
  'mode',
  'assistMinutes',
  'assistSources',
  'forecast',
] as const;

/** A topic as it was typed. */
export type TopicForm = Record<(typeof topicFields)[number], string>;
export type TopicSlips = Partial<Record<(typeof topicFields)[number], string>>;

export interface WantedTopic {
  name: string;
  description: string;
  rule: string;
  mode: TopicMode;
  assistMinutes: number;
  assistSources: number;
}

export function toTopicForm(topic: Topic): TopicForm {
  return {
    name: topic.name,
    description: topic.description,
    rule: topic.rule,
    mode: topic.mode,
    assistMinutes: String(topic.assistMinutes),
    assistSources: String(topic.assistSources),
    forecast: '',
  };
}

export const emptyTopicForm: TopicForm = {
  name: '',
  description: '',
  rule: '',
  mode: 'editor',
  assistMinutes: '30',
  assistSources: '3',
  forecast: '',
};

/** What is wanted, with what is wrong beside the field; the rule's own slips are found when it is stored. */
export function readTopicForm(form: TopicForm): { wanted: WantedTopic; slips: TopicSlips } {
  const slips: TopicSlips = {};
  const mode = topicModes.find((known) => known === form.mode);
  if (form.name === '') slips.name = 'A topic needs a name, such as World News.';
  else if (form.name.length > 200) slips.name = 'A name has 200 characters at most.';
  if (form.rule === '') slips.rule = 'A topic needs a rule, such as election OR vote; * takes every story.';
  if (!mode) slips.mode = 'Choose who publishes.';
  const toNumber = (field: 'assistMinutes' | 'assistSources', least: number, most: number): number => {
    const number = Number(form[field]);
    if (Number.isInteger(number) && number >= least && number <= most && form[field] !== '') return number;
    slips[field] = `Give a whole number from ${least} to ${most.toLocaleString('en-GB')}.`;
    return least;
  };
  const wanted = {
    name: form.name,
    description: form.description,
    rule: form.rule,
    mode: mode ?? 'editor',
    assistMinutes: toNumber('assistMinutes', 0, 10_080),
    assistSources: toNumber('assistSources', 1, 1_000),
  };
  return { wanted, slips };
}
