import type { Context } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { AppError } from '../errors.ts';
import { takeSubscription } from '../newsroom/take-subscription.ts';
import { clientAddress, toNetwork } from './auth/client-address.ts';
import type { AppDeps } from './deps.ts';
import { createRateLimit } from './rate-limit.ts';

const mostBytes = 16_384;
/** Of one network: enough to follow every topic of a large site in one go. */
const rate = { burst: 600, perSecond: 1 };

/**
 * `POST /hub`: a subscriber asks to be told of changes, or to be told no more (WebSub §5). Answers 202, and otherwise in words
 * what is wrong, as plain text (§5.2.1).
 */
export function takeAtHub(deps: AppDeps): (c: Context) => Promise<Response> {
  const limit = createRateLimit(rate);
  return async (c) => {
    const { checkCallback } = deps.hub ?? {};
    if (!checkCallback) return respondText(404, 'This site has no hub of its own.', {});
    const network = toNetwork(clientAddress(c, deps.trustProxy ?? false));
    const waitSeconds = limit.take(network, deps.now());
    if (waitSeconds > 0) {
      const sentence = `Too many requests come from ${network}. Try again in ${waitSeconds} s.`;
      return respondText(429, sentence, { 'Retry-After': String(waitSeconds) });
    }
    try {
      const { db, publicUrl, now } = deps;
      await takeSubscription({ db, publicUrl, now, checkCallback }, await readForm(c));
      return respondText(202, 'Taken. Your callback is asked whether it meant it.', {});
    } catch (error) {
      if (!(error instanceof AppError) || error.status >= 500) throw error;
      return respondText(error.status, error.message, error.status === 429 ? { 'Retry-After': '300' } : {});
    }
  };
}

async function readForm(c: Context): Promise<URLSearchParams> {
  if (!/^application\/x-www-form-urlencoded\b/i.test(c.req.header('content-type') ?? '')) {
    throw new AppError('bad-subscription', 'Send a form: Content-Type application/x-www-form-urlencoded.');
  }
  const check = bodyLimit({
    maxSize: mostBytes,
    onError: () => {
      throw new AppError('too-large', `This is more than ${mostBytes} bytes, which no subscription needs.`);
    },
  });
  await check(c, async () => undefined);
  return new URLSearchParams(await c.req.text());
}

function respondText(status: number, sentence: string, headers: Record<string, string>): Response {
  return new Response(`${sentence}\n`, {
    status,
    headers: {
      'Content-Type': 'text/plain; charset=utf-8',
      'Cache-Control': 'no-store',
      'X-Content-Type-Options': 'nosniff',
      ...headers,
    },
  });
}
