import { longestCorrection, mostCorrections } from './correction.ts';
import type { Act, Standing } from './decision.ts';
import type { EditedFrom } from './placement.ts';
import { dropMissing } from './standing.ts';
import type { TopicMode } from './topic.ts';

/** Acts that change how one story stands in one topic, from nothing but what stands. */
export type StandingAct = Exclude<Act, { act: 'merge' } | { act: 'undo' }>;

/** What acts ask about the story and the topic. */
export interface ActContext {
  mode: TopicMode;
  /** The entry that leads the story by itself. */
  storyLeadId: string;
  /** What the story's entries say, by id. */
  entries: ReadonlyMap<string, EditedFrom>;
}

/** Why an act is not allowed, in words for the editor who asked for it. */
export interface Refusal {
  refused: string;
}

export const longestHeadline = 500;
export const longestStandfirst = 2_000;
const yearMs = 366 * 86_400_000;

export function isRefusal(outcome: Standing | Refusal): outcome is Refusal {
  return 'refused' in outcome;
}

/**
 * What an act makes of a standing; undefined: the story has no place in the topic, and may only be given one. The same
 * standing again when the act asks for what stands already.
 *
 * Any state may be published, held, spiked and released, from any other. Only what is published can be pinned, and leaving
 * that state takes the pin and all hours along. Publishing takes the hour of publication only. What has an hour to be
 * published at is held until then.
 */
export function applyAct(
  standing: Standing | undefined,
  act: StandingAct,
  now: Date,
  context: ActContext,
): Standing | Refusal {
  if (act.act === 'place') {
    return standing ?? { state: context.mode === 'automatic' ? 'published' : 'candidate' };
  }
  if (!standing) return { refused: 'This story has no place in the topic. Place it there first.' };
  const next = apply(standing, act, now, context);
  return isRefusal(next) ? next : dropMissing(next);
}

function apply(
  standing: Standing,
  act: Exclude<StandingAct, { act: 'place' }>,
  now: Date,
  context: ActContext,
): Standing | Refusal {
  switch (act.act) {
    case 'publish':
      return { ...standing, state: 'published', publishAt: undefined };
    case 'hold':
      return { ...withoutHours(standing), state: 'held' };
    case 'spike':
      return { ...withoutHours(standing), state: 'spiked' };
    case 'release':
      return { ...withoutHours(standing), state: 'candidate' };
    case 'pin':
      return pin(standing, act.until, now);
    case 'unpin':
      return { ...standing, pinnedAt: undefined, pinnedUntil: undefined };
    case 'edit':
      return edit(standing, act, context);
    case 'correct':
      return correct(standing, act.text, now);
    case 'lead':
      return lead(standing, act.entryId, context);
    case 'schedule':
      return schedule(standing, act, now);
  }
}

function withoutHours(standing: Standing): Standing {
  return {
    ...standing,
    pinnedAt: undefined,
    pinnedUntil: undefined,
    publishAt: undefined,
    expireAt: undefined,
  };
}

function pin(standing: Standing, until: Date | undefined, now: Date): Standing | Refusal {
  if (standing.state !== 'published')
    return { refused: 'Only a published story can be pinned: publish it first.' };
  const refused = until && refuseHour('The pin’s end', until, now);
  if (refused) return { refused };
  return { ...standing, pinnedAt: standing.pinnedAt ?? now.toISOString(), pinnedUntil: until?.toISOString() };
}

/** Taken back by undoing the decision, as long as it is the last. */
function correct(standing: Standing, given: string, now: Date): Standing | Refusal {
  if (standing.state !== 'published')
    return { refused: 'Only a published story can be corrected in public: nobody reads this one yet.' };
  const text = toOneLine(given);
  const corrections = standing.corrections ?? [];
  if (text === '') return { refused: 'A correction needs words.' };
  if (text.length > longestCorrection) {
    return {
      refused: `A correction has ${longestCorrection} characters at most; this one has ${text.length}.`,
    };
  }
  if (corrections.at(-1)?.text === text) return standing;
  if (corrections.length >= mostCorrections) {
    return { refused: `This story has ${mostCorrections} corrections already: spike it, or write it anew.` };
  }
  return { ...standing, corrections: [...corrections, { at: now.toISOString(), text }] };
}

function edit(
  standing: Standing,
  act: Extract<Act, { act: 'edit' }>,
  context: ActContext,
): Standing | Refusal {
  const from = findLead(standing, context);
  const headline = toWords(act.headline, standing.headline, from.title);
  const standfirst = toWords(act.standfirst, standing.standfirst, from.summary);
  if ((headline?.length ?? 0) > longestHeadline) {
    return {
      refused: `A headline has ${longestHeadline} characters at most; this one has ${headline?.length}.`,
    };
  }
  if ((standfirst?.length ?? 0) > longestStandfirst) {
    return {
      refused: `A standfirst has ${longestStandfirst} characters at most; this one has ${standfirst?.length}.`,
    };
  }
  if (headline === standing.headline && standfirst === standing.standfirst) return standing;
  const isEdited = headline !== undefined || standfirst !== undefined;
  return { ...standing, headline, standfirst, editedFrom: isEdited ? from : undefined };
}

/** One line of plain text; undefined for the publisher's own, and for none. */
function toWords(
  given: string | null | undefined,
  present: string | undefined,
  own: string,
): string | undefined {
  if (given === undefined) return present;
  const words = toOneLine(given ?? '');
  return words === '' || words === own ? undefined : words;
}

function toOneLine(text: string): string {
  return text.replace(/[\s\p{Cc}]+/gu, ' ').trim();
}

function findLead({ leadEntryId }: Standing, { entries, storyLeadId }: ActContext): EditedFrom {
  const chosen = leadEntryId === undefined ? undefined : entries.get(leadEntryId);
  return chosen ?? entries.get(storyLeadId) ?? { title: '', summary: '' };
}

/** An editor who chooses another lead has seen its words: they are what later changes are told from. */
function lead(standing: Standing, entryId: string | null, context: ActContext): Standing | Refusal {
  const leadEntryId = entryId ?? undefined;
  if (leadEntryId !== undefined && !context.entries.has(leadEntryId)) {
    return { refused: 'That report does not belong to this story (any more), so it cannot lead it.' };
  }
  if (leadEntryId === standing.leadEntryId) return standing;
  const next = { ...standing, leadEntryId };
  return standing.editedFrom ? { ...next, editedFrom: findLead(next, context) } : next;
}

function schedule(standing: Standing, act: Extract<Act, { act: 'schedule' }>, now: Date): Standing | Refusal {
  if (act.publishAt && standing.state === 'published') {
    return { refused: 'It is published already. Hold it first to publish it at another time.' };
  }
  if (act.expireAt && !act.publishAt && standing.state === 'spiked') {
    return { refused: 'It is spiked, so there is nothing to take out.' };
  }
  const refused =
    (act.publishAt && refuseHour('The time to publish it', act.publishAt, now)) ||
    (act.expireAt && refuseHour('The time to take it out', act.expireAt, now));
  if (refused) return { refused };
  const publishAt = toHour(act.publishAt, standing.publishAt);
  const expireAt = toHour(act.expireAt, standing.expireAt);
  if (expireAt !== undefined && publishAt !== undefined && expireAt <= publishAt) {
    return { refused: 'It would be taken out before it is published: choose a later time to take it out.' };
  }
  return { ...standing, state: publishAt === undefined ? standing.state : 'held', publishAt, expireAt };
}

function toHour(given: Date | null | undefined, present: string | undefined): string | undefined {
  return given === undefined ? present : given?.toISOString();
}

function refuseHour(what: string, at: Date, now: Date): string | undefined {
  if (Number.isNaN(at.getTime())) return `${what} is no time.`;
  if (at <= now) return `${what} lies in the past.`;
  if (at.getTime() - now.getTime() > yearMs) return `${what} is more than a year ahead.`;
  return undefined;
}
