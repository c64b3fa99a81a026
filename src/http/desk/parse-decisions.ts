import { z } from 'zod';
import { AppError } from '../../errors.ts';
import type { Act, DecisionRequest } from '../../model/decision.ts';
import { isId } from '../../model/id.ts';

export const mostDecisions = 100;
export const mostDecisionBytes = 256 * 1024;

const id = z.string().refine(isId, 'is no id');
const moment = z.iso.datetime({ offset: true }).transform((text) => new Date(text));
/** Without control characters, which no text is meant to hold and NUL of which the database takes none. */
const plain = z.string().transform((text) => text.replace(/[^\P{Cc}\n\t]/gu, '').trim());
const text = (most: number) => plain.pipe(z.string().min(1).max(most)).nullable().optional();

const act = z.discriminatedUnion('act', [
  z.strictObject({ act: z.literal('publish') }),
  z.strictObject({ act: z.literal('hold') }),
  z.strictObject({ act: z.literal('spike') }),
  z.strictObject({ act: z.literal('release') }),
  z.strictObject({ act: z.literal('pin'), until: moment.optional() }),
  z.strictObject({ act: z.literal('unpin') }),
  z.strictObject({ act: z.literal('edit'), headline: text(500), standfirst: text(2000) }),
  z.strictObject({ act: z.literal('correct'), text: plain.pipe(z.string().min(1).max(1_000)) }),
  z.strictObject({ act: z.literal('lead'), entryId: id.nullable() }),
  z.strictObject({
    act: z.literal('schedule'),
    publishAt: moment.nullable().optional(),
    expireAt: moment.nullable().optional(),
  }),
  z.strictObject({ act: z.literal('place') }),
  z.strictObject({ act: z.literal('merge'), otherId: id }),
  z.strictObject({ act: z.literal('undo'), decisionId: id }),
]) satisfies z.ZodType<Act>;

const body = z.strictObject({
  topic: z.string().min(1).max(200),
  decisions: z
    .array(
      z.strictObject({
        requestId: z.uuid(),
        storyId: id,
        version: z.number().int().min(0).max(2_147_483_647).optional(),
        act,
        reason: plain.pipe(z.string().max(500)).optional(),
      }),
    )
    .min(1)
    .max(mostDecisions),
});

export interface AskedDecisions {
  /** Slug. */
  topic: string;
  decisions: Omit<DecisionRequest, 'topicId'>[];
}

/** What a program asks to be decided. Throws AppError `bad-argument`, which says what is wrong at which place. */
export function parseDecisions(json: string): AskedDecisions {
  const parsed = body.safeParse(toJson(json));
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const place = issue?.path.join('.') || 'the whole';
  throw new AppError(
    'bad-argument',
    `These decisions cannot be read: ${place}: ${issue?.message ?? 'not as it should be'}.`,
  );
}

function toJson(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    throw new AppError('bad-argument', 'The body is no JSON.');
  }
}
