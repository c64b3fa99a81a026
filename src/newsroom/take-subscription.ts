import type { Db } from '../../db/connect.ts';
import { storeSubscriptionRequest } from '../../db/subscription-requests.ts';
import { findTopicBySlug } from '../../db/topics.ts';
import { AppError } from '../errors.ts';
import { FetchFailure } from '../fetch/failure.ts';
import { type PublicationFormat, publicationFormats } from '../model/outgoing.ts';
import { parseUrl } from '../model/parse-url.ts';
import { parseSubscription } from '../websub/parse-subscription.ts';

export interface TakeSubscriptionContext {
  db: Db;
  /** Without a slash at its end. */
  publicUrl: string;
  /** Throws FetchFailure for an address that may not be called. */
  checkCallback(url: URL): void;
  now(): Date;
}

/** Requests of one site that may wait to be confirmed at a time: a reader may follow all topics of a large site at once. */
const mostPerSite = 2_000;

/**
 * Takes what a subscriber asks the hub for and has it asked whether it meant it. Throws AppError `bad-subscription`,
 * `document-not-found` for a topic that is none of our documents, `many-subscriptions`.
 */
export async function takeSubscription(
  context: TakeSubscriptionContext,
  form: URLSearchParams,
): Promise<void> {
  const { mode, callback, callbackSite, topicUrl, secret, leaseSeconds } = parseSubscription(form);
  checkCallback(context, callback);
  const { topicId, format } = await getDocument(context, topicUrl);
  const request = { mode, callbackUrl: callback.href, callbackSite, topicUrl, topicId, format, leaseSeconds };
  if (!(await storeSubscriptionRequest(context.db, { ...request, secret }, mostPerSite, context.now()))) {
    throw new AppError(
      'many-subscriptions',
      `${callbackSite} has ${mostPerSite} requests that wait to be confirmed already. Try again in a while.`,
    );
  }
}

function checkCallback({ checkCallback, publicUrl }: TakeSubscriptionContext, callback: URL): void {
  if (callback.origin === new URL(publicUrl).origin) {
    throw new AppError('bad-subscription', 'hub.callback is an address of this hub itself.');
  }
  try {
    checkCallback(callback);
  } catch (error) {
    if (!(error instanceof FetchFailure)) throw error;
    throw new AppError('bad-subscription', 'hub.callback must be a public address with a port of HTTP.', {
      cause: error,
    });
  }
}

async function getDocument(
  { db, publicUrl }: TakeSubscriptionContext,
  topicUrl: string,
): Promise<{ topicId: string; format: PublicationFormat }> {
  const named = parseDocumentUrl(topicUrl, publicUrl);
  const topic = named && (await findTopicBySlug(db, named.slug));
  if (topic) return { topicId: topic.id, format: named.format };
  throw new AppError(
    'document-not-found',
    'hub.topic is none of the documents of this hub. Give the address that the document names as rel=self.',
  );
}

/** The topic and format of the address of a document of ours, undefined for every other address. */
function parseDocumentUrl(
  topicUrl: string,
  publicUrl: string,
): { slug: string; format: PublicationFormat } | undefined {
  const href = parseUrl(topicUrl)?.href;
  const start = `${new URL(publicUrl).href.replace(/\/$/, '')}/topics/`;
  if (!href?.startsWith(start)) return undefined;
  const [, encoded = '', extension] = /^([^/?#]+)\.([a-z]+)$/.exec(href.slice(start.length)) ?? [];
  const format = publicationFormats.find((known) => known === extension);
  const slug = decode(encoded);
  // Written in its one way only: %41 for A, say, would be another address to everyone else.
  return format && slug && encodeURIComponent(slug) === encoded ? { slug, format } : undefined;
}

function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
