import { sql } from 'kysely';
import type { PendingRequest } from '../src/model/subscription.ts';
import type { Db } from './connect.ts';
import { hubChannel } from './websub-hub.ts';

/**
 * A subscriber has confirmed that it wants what the request says: from now on it is told, for the time that was granted.
 * What it had asked for before is replaced. False when the request was made anew meanwhile: then that one counts.
 */
export async function storeSubscription(db: Db, request: PendingRequest, now: Date): Promise<boolean> {
  const { rows } = await sql`
    with request as (
      delete from subscription_requests where id = ${request.id} and version = ${request.version} and mode = 'subscribe'
      returning *
    )
    insert into subscriptions
      (key, callback_url, callback_site, topic_url, topic_id, format, secret, expires_at, created_at)
    select key, callback_url, callback_site, topic_url, topic_id, format, secret,
      ${now}::timestamptz + lease_seconds * interval '1 s', ${now} from request
    on conflict on constraint subscriptions_key_key do update
      set topic_id = excluded.topic_id, format = excluded.format, secret = excluded.secret,
        expires_at = excluded.expires_at, failing_since = null
    returning id`.execute(db);
  return rows.length > 0;
}

/** A subscriber has confirmed that it wants to be told no more. False when the request was made anew meanwhile. */
export async function removeSubscription(db: Db, request: PendingRequest): Promise<boolean> {
  const { rows } = await sql`
    with request as (
      delete from subscription_requests where id = ${request.id} and version = ${request.version} and mode = 'unsubscribe'
      returning key
    ), gone as (delete from subscriptions s using request r where s.key = r.key)
    select from request`.execute(db);
  return rows.length > 0;
}

/** Ends the subscriptions of topics that are gone; their subscribers wait to be told. Returns how many there were. */
export async function denyTopicless(db: Db, now: Date): Promise<number> {
  const { rows } = await sql`
    with gone as (
      delete from subscriptions where topic_id is null and expires_at > ${now} returning *
    ), sites as (
      insert into callback_sites (site, busy_until) select distinct callback_site, ${now}::timestamptz from gone
      on conflict on constraint callback_sites_pkey do update set busy_until = greatest(callback_sites.busy_until, excluded.busy_until)
    ), told as (
      insert into subscription_requests (key, mode, callback_url, callback_site, topic_url, format, lease_seconds, due_at)
      select key, 'denied', callback_url, callback_site, topic_url, format, 0, ${now} from gone
      on conflict on constraint subscription_requests_key_key do nothing
    )
    select pg_notify(${hubChannel}, '') from gone`.execute(db);
  return rows.length;
}

/** Deletes subscriptions whose time has run out, and what is known of sites that nobody asks for. Returns how many had. */
export async function pruneSubscriptions(db: Db, now: Date): Promise<number> {
  const { rows } = await sql`
    with idle as (
      delete from callback_sites s where s.busy_until < ${now}::timestamptz - interval '1 day'
        and not exists (select from subscription_requests r where r.callback_site = s.site)
    )
    delete from subscriptions where expires_at <= ${now} returning id`.execute(db);
  return rows.length;
}
