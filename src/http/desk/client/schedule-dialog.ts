import { perform } from './acts.ts';
import { openDialog, sayStory } from './dialog.ts';
import { get } from './page.ts';
import { parseMoment } from './parse-moment.ts';
import { getRow } from './rows.ts';
import { toFull } from './times.ts';

interface MomentField {
  /** The moment in the fields; null: empty; undefined: what is there cannot be read. */
  read(): Date | null | undefined;
  first: Date | null;
}

/** `c`: when a story is published, taken out and unpinned by the clock. */
export function openSchedule(ids: string[]): void {
  const row = getRow(ids[0] ?? '');
  const set = ids.length === 1 ? row : undefined;
  const fields = {
    publish: startField('publish', set?.dataset.publishAt),
    expire: startField('expire', set?.dataset.expireAt),
    pin: startField('pin', set?.dataset.pinnedUntil),
  };
  const dialog = openDialog('schedule-dialog', () => save(ids, fields));
  const headline = row?.querySelector('.row-headline')?.textContent?.trim() ?? '';
  sayStory(dialog, ids.length === 1 ? headline : `${ids.length} stories`);
  // What is published has its hour behind it; only what is published is pinned.
  const isPublished = row?.dataset.state === 'published';
  get('publish-words').closest('fieldset')?.toggleAttribute('hidden', isPublished);
  get('pin-words').closest('fieldset')?.toggleAttribute('hidden', !isPublished);
  get(isPublished ? 'expire-words' : 'publish-words').focus();
}

function startField(name: string, given: string | undefined): MomentField {
  const words = get<HTMLInputElement>(`${name}-words`);
  const at = get<HTMLInputElement>(`${name}-at`);
  const read = get(`${name}-read`);
  const first = given ? new Date(given) : null;
  words.value = '';
  at.value = first ? toLocal(first) : '';
  const say = (moment: Date | null | undefined): void => {
    read.textContent =
      moment === undefined
        ? 'Not understood yet, or passed. Try “in 2 h”, “18:00”, “tomorrow 7:00”.'
        : moment
          ? toFull(moment)
          : '';
    read.classList.toggle('field-error', moment === undefined);
    words.setAttribute('aria-invalid', String(moment === undefined));
  };
  words.oninput = () => {
    const moment = words.value.trim() ? parseMoment(words.value, new Date()) : null;
    at.value = moment ? toLocal(moment) : '';
    say(moment);
  };
  at.oninput = () => {
    words.value = '';
    say(at.value ? new Date(at.value) : null);
  };
  say(first);
  return {
    first,
    read: () => {
      if (words.value.trim()) return parseMoment(words.value, new Date());
      return at.value ? new Date(at.value) : null;
    },
  };
}

/** False: a field cannot be read, and the dialog stays. */
function save(ids: string[], fields: Record<'publish' | 'expire' | 'pin', MomentField>): boolean | undefined {
  const publishAt = fields.publish.read();
  const expireAt = fields.expire.read();
  const until = fields.pin.read();
  if (publishAt === undefined || expireAt === undefined || until === undefined) return false;
  const change = {
    ...(isSame(publishAt, fields.publish.first) ? {} : { publishAt: publishAt?.toISOString() ?? null }),
    ...(isSame(expireAt, fields.expire.first) ? {} : { expireAt: expireAt?.toISOString() ?? null }),
  };
  if (Object.keys(change).length > 0) perform({ act: 'schedule', ...change }, { ids });
  if (isSame(until, fields.pin.first)) return undefined;
  perform(until ? { act: 'pin', until: until.toISOString() } : { act: 'unpin' }, { ids });
  return undefined;
}

function isSame(a: Date | null, b: Date | null): boolean {
  return a === b || (a !== null && b !== null && Math.abs(a.getTime() - b.getTime()) < 60_000);
}

/** As datetime-local takes it. */
function toLocal(at: Date): string {
  const local = new Date(at.getTime() - at.getTimezoneOffset() * 60_000);
  return local.toISOString().slice(0, 16);
}
