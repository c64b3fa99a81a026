import type { Child } from 'hono/jsx';
import type { Topic } from '../../model/topic.ts';
import type { Visitor } from '../auth/route.ts';
import type { Site } from '../site.ts';
import { HelpDialog } from './help-dialog.tsx';
import { toQueueUrl } from './queue-state.ts';

interface DialogsProps {
  site: Site;
  visitor: Visitor;
  topics: Topic[];
  topic: Topic;
}

/** The dialogs of the queue, closed; the script fills and opens them. */
export function Dialogs({ site, visitor, topics, topic }: DialogsProps) {
  return (
    <>
      <EditDialog />
      <Dialog id="lead-dialog" title="Which report leads?">
        <p class="dialog-story" />
        <ol class="choices" />
        <DialogFoot hint="A number or Enter chooses, Escape leaves it." />
      </Dialog>
      <Dialog id="merge-dialog" title="Merge another story into this one">
        <p class="dialog-story" />
        <label for="merge-search">Find the other story</label>
        <input
          id="merge-search"
          type="search"
          name="q"
          autocomplete="off"
          role="combobox"
          aria-expanded="true"
          aria-controls="merge-choices"
          aria-autocomplete="list"
          hx-trigger="input changed delay:150ms, find"
          hx-target="#merge-choices"
          hx-get={`${toQueueUrl(site.base, topic.slug)}/others`}
          hx-include="#merge-story"
        />
        <input id="merge-story" type="hidden" name="story" />
        <ul class="choices" id="merge-choices" aria-label="Stories to merge" />
        <DialogFoot hint="Arrows and Enter choose. Its reports go over to this story; undo brings it back." />
      </Dialog>
      <Dialog id="place-dialog" title="Place in another topic">
        <p class="dialog-story" />
        <label for="place-search">Topic</label>
        <input
          id="place-search"
          type="search"
          autocomplete="off"
          role="combobox"
          aria-expanded="true"
          aria-controls="place-choices"
          aria-autocomplete="list"
        />
        <ul class="choices" id="place-choices" aria-label="Topics">
          {topics
            .filter(({ id }) => id !== topic.id)
            .map(({ slug, name }) => (
              <li data-slug={slug}>{name}</li>
            ))}
        </ul>
        <DialogFoot hint="A number, or typing and Enter, chooses." />
      </Dialog>
      <ScheduleDialog />
      <Dialog id="reason-dialog" title="Why? The reason goes with your next act">
        <label for="reason-text">Reason</label>
        <input id="reason-text" type="text" maxlength={500} autocomplete="off" />
        <DialogFoot
          submit="Keep it"
          hint="Kept in the log beside the act; for what takes a published story away, readers see it, too."
        />
      </Dialog>
      <Dialog id="correct-dialog" title="A correction that readers should know of">
        <label for="correct-text">What was wrong, and what is right</label>
        <textarea id="correct-text" rows={4} maxlength={1000} required />
        <DialogFoot
          submit="Publish it"
          hint="Said in every document and on the story's page, with today's date."
        />
      </Dialog>
      <SignInDialog visitor={visitor} />
      <HelpDialog />
    </>
  );
}

function EditDialog() {
  return (
    <Dialog id="edit-dialog" title="Edit for this topic">
      <p class="draft-note" hidden>
        This is your draft from before; it was not saved.
      </p>
      <label for="edit-headline">Headline</label>
      <textarea id="edit-headline" rows={2} maxlength={500} />
      <p class="original">
        <span class="original-label">Original</span> <span id="original-headline" />
      </p>
      <label for="edit-standfirst">Standfirst</label>
      <textarea id="edit-standfirst" rows={4} maxlength={2000} />
      <p class="original">
        <span class="original-label">Original</span> <span id="original-standfirst" />
      </p>
      <p class="changed-note" hidden>
        The source has changed its text since it was edited: the originals above are as they are now.
      </p>
      <p>
        <button type="button" class="plain" id="edit-original">
          Bring the original back <kbd>Ctrl Shift Enter</kbd>
        </button>
      </p>
      <DialogFoot submit="Save" shortcut="Ctrl Enter" hint="The publisher's own entry stays as it is." />
    </Dialog>
  );
}

function ScheduleDialog() {
  const fields = [
    ['publish', 'Publish at'],
    ['expire', 'Take out at'],
    ['pin', 'Pin until'],
  ] as const;
  return (
    <Dialog id="schedule-dialog" title="When?">
      <p class="dialog-story" />
      {fields.map(([name, words]) => (
        <fieldset class="moment">
          <legend>{words}</legend>
          <label class="unseen" for={`${name}-words`}>
            {words}, in words
          </label>
          <input
            id={`${name}-words`}
            type="text"
            autocomplete="off"
            placeholder="in 2 h · 18:00 · tomorrow 7:00"
            aria-describedby={`${name}-read`}
          />
          <label class="unseen" for={`${name}-at`}>
            {words}, date and time
          </label>
          <input id={`${name}-at`} type="datetime-local" />
          <p class="moment-read" id={`${name}-read`} aria-live="polite" />
        </fieldset>
      ))}
      <DialogFoot submit="Save" shortcut="Ctrl Enter" hint="Empty means never. Times are yours." />
    </Dialog>
  );
}

function SignInDialog({ visitor }: { visitor: Visitor }) {
  return (
    <Dialog id="sign-in-dialog" title="Your session has ended">
      <p>Sign in again to go on. Everything that you did is kept, and goes out as soon as you are back.</p>
      <label for="sign-in-login">Name to sign in with</label>
      <input
        id="sign-in-login"
        name="login"
        type="text"
        autocomplete="username"
        value={visitor.editor.login}
        required
      />
      <label for="sign-in-password">Password</label>
      <input id="sign-in-password" name="password" type="password" autocomplete="current-password" required />
      <p class="field-error" id="sign-in-error" role="alert" />
      <DialogFoot submit="Sign in" hint="" />
    </Dialog>
  );
}

export function Dialog({ id, title, children }: { id: string; title: string; children?: Child }) {
  return (
    <dialog id={id} class="desk-dialog" aria-labelledby={`${id}-title`}>
      <form method="dialog">
        <h2 id={`${id}-title`}>{title}</h2>
        {children}
      </form>
    </dialog>
  );
}

function DialogFoot({ submit, shortcut, hint }: { submit?: string; shortcut?: string; hint: string }) {
  return (
    <div class="dialog-foot">
      {hint && <p class="quiet">{hint}</p>}
      <button type="button" class="plain" data-close>
        Cancel <kbd>Esc</kbd>
      </button>
      {submit && (
        <button type="submit" class="strong" value="save">
          {submit} {shortcut && <kbd>{shortcut}</kbd>}
        </button>
      )}
    </div>
  );
}
