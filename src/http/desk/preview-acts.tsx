import { randomUUID } from 'node:crypto';
import type { QueueRow } from '../../../db/queue.ts';
import type { PreviewData } from './preview-data.ts';

interface ActButton {
  command: string;
  words: string;
  key: string;
  /** What the form sends without a script; undefined: the act needs one. */
  act?: string;
}

function listActs({ placement: { state, pinnedAt } }: QueueRow): ActButton[] {
  const acts: (ActButton | false)[] = [
    state !== 'published' && { command: 'publish', words: 'Publish', key: 'p', act: 'publish' },
    state !== 'held' && { command: 'hold', words: 'Hold', key: 'h', act: 'hold' },
    state !== 'spiked' && { command: 'spike', words: 'Spike', key: 'x', act: 'spike' },
    state !== 'candidate' && { command: 'release', words: 'Put back', key: 'b', act: 'release' },
    state === 'published' && {
      command: 'pin',
      words: pinnedAt ? 'Unpin' : 'Pin',
      key: 'i',
      act: pinnedAt ? 'unpin' : 'pin',
    },
    { command: 'reason', words: 'Reason', key: 'r' },
    { command: 'edit', words: 'Edit', key: 'e' },
    state === 'published' && { command: 'correct', words: 'Correct', key: 'w' },
    { command: 'lead', words: 'Lead', key: 'l' },
    { command: 'merge', words: 'Merge', key: 'm' },
    { command: 'place', words: 'Place', key: 't' },
    { command: 'schedule', words: 'Schedule', key: 'c' },
  ];
  return acts.filter((act) => act !== false);
}

/** The acts as buttons, for touch and mouse; the first ones work without a script. */
export function Acts({ site, topic, row, csrf }: PreviewData & { csrf: string }) {
  return (
    <form class="acts" method="post" action={`${site.base}/desk/decisions`} aria-label="What to do with it">
      <input type="hidden" name="csrf" value={csrf} />
      <input type="hidden" name="topic" value={topic.slug} />
      <input type="hidden" name="storyId" value={row.story.id} />
      <input type="hidden" name="version" value={String(row.placement.version)} />
      <input type="hidden" name="requestId" value={randomUUID()} />
      <button type="button" class="back" data-command="back">
        Back
      </button>
      {listActs(row).map(({ command, words, key, act }) => (
        <>
          {command === 'edit' && <span class="break" />}
          <button
            type={act ? 'submit' : 'button'}
            name={act && 'act'}
            value={act}
            class={act ? `act act-${command}` : 'act act-scripted'}
            data-command={command}
          >
            {words}{' '}
            <span class="key" aria-hidden="true">
              {key}
            </span>
          </button>
        </>
      ))}
    </form>
  );
}
