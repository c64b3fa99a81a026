import type { Child } from 'hono/jsx';
import type { Topic } from '../../model/topic.ts';
import type { Visitor } from '../auth/route.ts';
import type { Site } from '../site.ts';
import { DeskPage } from './desk-page.tsx';
import { toQueueUrl } from './queue-state.ts';
import type { TopicForm, TopicSlips } from './topic-form.ts';

export interface SettingsPageProps {
  site: Site;
  visitor: Visitor;
  /** Undefined: a new one. */
  topic?: Topic;
  form: TopicForm;
  slips: TopicSlips;
  /** What saving will do to what is waiting: to be confirmed. */
  forecast?: string;
  /** It was saved just now. */
  said?: string;
}

const modes: [string, string, string][] = [
  ['editor', 'Editors decide', 'Nothing is published without a decision.'],
  [
    'assisted',
    'Assisted',
    'A candidate is published by itself after a while, or as soon as enough sources tell it, unless it was spiked or held.',
  ],
  ['automatic', 'Automatic', 'What the rule matches is published at once; editors correct.'],
];

/** A topic's name, rule and mode, for chiefs. */
export function SettingsPage({ site, visitor, topic, form, slips, forecast, said }: SettingsPageProps) {
  const title = topic ? `Settings of ${topic.name}` : 'New topic';
  return (
    <DeskPage site={site} visitor={visitor} title={title} place={topic ? 'queue' : 'topics'}>
      <main id="main" class="desk-main" tabindex={-1}>
        <h1>{title}</h1>
        {topic && (
          <p>
            <a href={toQueueUrl(site.base, topic.slug)}>Back to its queue</a>
          </p>
        )}
        {said && (
          <p class="forecast" role="status">
            {said}
          </p>
        )}
        <form method="post" novalidate>
          <input type="hidden" name="csrf" value={visitor.csrf} />
          <Field name="name" label="Name" slip={slips.name}>
            <input
              id="name"
              name="name"
              value={form.name}
              maxlength={200}
              {...toInvalid('name', slips.name)}
            />
          </Field>
          <Field
            name="description"
            label="Description"
            hint="A sentence for readers."
            slip={slips.description}
          >
            <textarea
              id="description"
              name="description"
              rows={2}
              {...toInvalid('description', slips.description)}
            >
              {form.description}
            </textarea>
          </Field>
          <Field
            name="rule"
            label="Rule"
            hint='Which stories belong to it, such as: election OR "peace talks" -sport; * takes all.'
            slip={slips.rule}
          >
            <textarea
              id="rule"
              class="rule-text"
              name="rule"
              rows={3}
              spellcheck={false}
              {...toInvalid('rule', slips.rule)}
            >
              {form.rule}
            </textarea>
          </Field>
          <Modes form={form} slips={slips} />
          {forecast && (
            <div class="forecast" role="alert">
              <p>{forecast}</p>
            </div>
          )}
          {forecast && <input type="hidden" name="forecast" value={forecast} />}
          <div class="form-foot">
            <button type="submit" class="strong">
              {forecast ? 'Yes, save it' : topic ? 'Save' : 'Make the topic'}
            </button>
            {forecast && topic && (
              <a href={`${toQueueUrl(site.base, topic.slug)}/settings`}>Leave it as it was</a>
            )}
          </div>
        </form>
      </main>
    </DeskPage>
  );
}

function Modes({ form, slips }: { form: TopicForm; slips: TopicSlips }) {
  return (
    <>
      <fieldset class="field">
        <legend>Who publishes</legend>
        {modes.map(([mode, words, meaning]) => (
          <div class="choice">
            <input type="radio" id={`mode-${mode}`} name="mode" value={mode} checked={form.mode === mode} />
            <label for={`mode-${mode}`}>
              <b>{words}.</b> {meaning}
            </label>
          </div>
        ))}
        {slips.mode && <p class="field-error">{slips.mode}</p>}
      </fieldset>
      <Field name="assistMinutes" label="Assisted: published after, in minutes" slip={slips.assistMinutes}>
        <input
          id="assistMinutes"
          name="assistMinutes"
          type="number"
          min={0}
          max={10080}
          value={form.assistMinutes}
          {...toInvalid('assistMinutes', slips.assistMinutes)}
        />
      </Field>
      <Field
        name="assistSources"
        label="Assisted: or at once when so many sources tell it"
        slip={slips.assistSources}
      >
        <input
          id="assistSources"
          name="assistSources"
          type="number"
          min={1}
          max={1000}
          value={form.assistSources}
          {...toInvalid('assistSources', slips.assistSources)}
        />
      </Field>
    </>
  );
}

interface FieldProps {
  name: string;
  label: string;
  hint?: string;
  slip?: string;
  children?: Child;
}

function Field({ name, label, hint, slip, children }: FieldProps) {
  return (
    <div class="field">
      <label for={name}>{label}</label>
      {hint && <p class="quiet">{hint}</p>}
      {children}
      {slip && (
        <p class="field-error" id={`${name}-slip`}>
          {slip}
        </p>
      )}
    </div>
  );
}

function toInvalid(name: string, slip: string | undefined) {
  return slip ? ({ 'aria-invalid': 'true', 'aria-describedby': `${name}-slip` } as const) : {};
}
