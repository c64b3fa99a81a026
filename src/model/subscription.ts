import type { PublicationFormat } from './outgoing.ts';

/** `denied`: nobody asks; the subscriber is told that it is subscribed no more. */
export type RequestMode = 'subscribe' | 'unsubscribe' | 'denied';

/** Who is to be told of what: a callback and a document. */
interface Subscribed {
  callbackUrl: string;
  /** The registrable domain of the callback, or its host where it has none: what limits count by. */
  callbackSite: string;
  /** The address of the document as the subscriber wrote it. */
  topicUrl: string;
  /** undefined: the topic is gone. */
  topicId?: string;
  format: PublicationFormat;
  /** What deliveries are signed with. */
  secret?: string;
}

/** What a subscriber, or somebody in its name, asks the hub for. */
export interface SubscriptionRequest extends Subscribed {
  mode: RequestMode;
  /** Granted, in seconds; begins when the subscriber confirms. */
  leaseSeconds: number;
}

/** A request as it waits for the subscriber to confirm it. */
export interface PendingRequest extends SubscriptionRequest {
  id: string;
  /** Another when it is asked for again. */
  version: string;
  /** How many times the subscriber has been asked in vain. */
  attempts: number;
}

/** A changed document on its way to one subscriber. */
export interface Delivery extends Subscribed {
  subscriptionId: string;
  topicId: string;
  /** Counts the changes that came while it waited. */
  version: number;
  /** When the oldest change came that the subscriber has missed. */
  since: Date;
  attempts: number;
  /** Since when nothing has reached the subscriber; undefined: the last delivery did. */
  failingSince?: Date;
  /** Of the document that is stored now. */
  etag: string;
}

/** A document whose change another hub is to be told of. */
export interface Announcement {
  topicId: string;
  slug: string;
  format: PublicationFormat;
  version: number;
  since: Date;
  attempts: number;
}

/** `own`: Wireroom is the hub itself; `off`: there is none; else the address of somebody else's. */
export type HubSetting = 'own' | 'off' | { url: string };

/** The hub that documents name, undefined for none; `publicUrl` without a slash at its end. */
export function toHubUrl(setting: HubSetting, publicUrl: string): string | undefined {
  if (setting === 'off') return undefined;
  return setting === 'own' ? `${publicUrl}/hub` : setting.url;
}
