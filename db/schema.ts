import type { ColumnType, Generated } from 'kysely';
import type { Correction } from '../src/model/correction.ts';
import type { ActName, DecisionDetails, Standing } from '../src/model/decision.ts';
import type { Role, Scope } from '../src/model/editor.ts';
import type { Enclosure, Person } from '../src/model/entry.ts';
import type { OutgoingItem, PublicationFormat } from '../src/model/outgoing.ts';
import type { EditedFrom, MatchReason, PlacementState } from '../src/model/placement.ts';
import type { Leaving } from '../src/model/published-item.ts';
import type { ContentPolicy, PollHints, SourceState } from '../src/model/source.ts';
import type { RequestMode } from '../src/model/subscription.ts';
import type { TopicMode } from '../src/model/topic.ts';

/** bigint identity: a string in JavaScript, never written. */
type Id = ColumnType<string, never, never>;
/** jsonb: read as a value, written as JSON text. */
type Json<T> = ColumnType<T, string, string>;

export interface SourcesTable {
  id: Id;
  feed_url: string;
  /** Host of feed_url: what "at most 2 at a time" counts by. */
  host: string;
  site_url: string | null;
  title: string;
  /** The operator named it: what the feed calls itself does not change that. */
  title_is_set: Generated<boolean>;
  description: string | null;
  language: string | null;
  image_url: string | null;
  policy: Generated<ContentPolicy>;
  state: Generated<SourceState>;
  etag: string | null;
  last_modified: string | null;
  body_hash: Buffer | null;
  /** Items in the document that body_hash is of. */
  item_count: Generated<number>;
  poll_hints: ColumnType<PollHints, string | undefined, string>;
  failures: Generated<number>;
  last_error_code: string | null;
  last_error_message: string | null;
  last_error_at: Date | null;
  last_checked_at: Date | null;
  last_succeeded_at: Date | null;
  next_check_at: Date;
  leased_by: string | null;
  leased_until: Date | null;
  created_at: Date;
  /** 1 to 10: how much it counts when a story's lead is chosen. */
  weight: Generated<number>;
}

/** Addresses that a source had before it moved: importing the old one finds the source. */
export interface SourceAddressesTable {
  feed_url: string;
  source_id: string;
  moved_at: Date;
}

export interface EntriesTable {
  id: Id;
  source_id: string;
  identity: Buffer;
  content_hash: Buffer;
  guid: string | null;
  url: string | null;
  canonical_url: string | null;
  title: string;
  summary: string;
  content_html: string;
  authors: Json<Person[]>;
  categories: string[];
  enclosures: Json<Enclosure[]>;
  image_url: string | null;
  language: string | null;
  published_at: Date | null;
  updated_at: Date | null;
  first_seen_at: Date;
  dated_at: Date;
  changed_at: Date;
}

/** Entries that were pruned: they do not come back while the source still lists them. */
export interface TombstonesTable {
  source_id: string;
  identity: Buffer;
  pruned_at: Date;
}

export interface StoriesTable {
  id: Id;
  uuid: Generated<string>;
  lead_entry_id: string | null;
  first_at: Date;
  /** Moves when an entry brings real news. */
  updated_at: Date;
}

/** Which story an entry tells. */
export interface StoryEntriesTable {
  entry_id: string;
  story_id: string;
  joined_at: Date;
}

/** What two entries of one article share (a hash of the canonical URL), and the story that has it. */
export interface StoryKeysTable {
  key: Buffer;
  story_id: string;
}

/** What an entry is compared by, packed: see src/dedupe/pack-terms.ts. */
export interface EntryTermsTable {
  entry_id: string;
  /** Primary language subtag; `und` when it is unknown. */
  language: string;
  terms: Buffer;
  shingles: Buffer;
  /** Days that its text names, counted from 1970-01-01. */
  days: number[];
  /** Its keys in entry_keys. */
  keys: number[];
  /** As in entries, which never change them. */
  source_id: string;
  dated_at: Date;
}

/** What entries that may tell one event have in common, by time. */
export interface EntryKeysTable {
  key: number;
  /** Minutes since 1970-01-01 00:00 UTC. */
  dated_minute: number;
  entry_id: string;
}

/** How many entries of a language have each term: see src/dedupe/term-counts.ts. */
export interface TermCountsTable {
  language: string;
  entries: number;
  counts: Buffer;
}

/** What an editor said of two entries: they tell one story, or they do not. The lower id first. */
export interface StoryFactsTable {
  entry_id: string;
  other_id: string;
  kind: 'together' | 'apart';
  made_at: Date;
}

/** Stories of one affair, the lower id first. */
export interface StoryLinksTable {
  story_id: string;
  other_id: string;
  likeness: number;
}

/** Ids of stories that were merged into another: their pages lead there. */
export interface StoryAliasesTable {
  id: string;
  story_id: string;
}

export interface TopicsTable {
  id: Id;
  uuid: Generated<string>;
  slug: string;
  name: string;
  description: string;
  rule: string;
  mode: TopicMode;
  language: string;
  item_limit: Generated<number>;
  position: Generated<number>;
  created_at: Date;
  changed_at: Date;
  /** Another number after each change: tells whether compiled rules are still those that are stored. */
  rule_version: Generated<string>;
  /** False: only from those in topic_sources. */
  takes_all: Generated<boolean>;
  /** Whether its rule has been run over what is stored. */
  is_filled: Generated<boolean>;
  /** Whether its documents name related stories. */
  shows_related: Generated<boolean>;
  /** Mode `assisted`: a candidate is published after so many minutes … */
  assist_minutes: Generated<number>;
  /** … or as soon as so many sources tell its story. */
  assist_sources: Generated<number>;
}

export interface TopicSourcesTable {
  topic_id: string;
  source_id: string;
}

/** Topics whose documents must be rendered anew: rows are added by whoever changes something, taken by the publisher. */
export interface TopicChangesTable {
  id: Id;
  topic_id: string;
}

export interface PlacementsTable {
  topic_id: string;
  story_id: string;
  state: PlacementState;
  reasons: Json<MatchReason[]>;
  /** The order in the topic: the story's date. */
  dated_at: Date;
  placed_at: Date;
  published_at: Date | null;
  /** What the published item is identified by: the uuid of the story that was placed first, whatever it is merged with. */
  item_uuid: string;
  /** How many decisions it has come through; 0: as the rule made it. */
  version: Generated<number>;
  headline: string | null;
  standfirst: string | null;
  /** What the lead said when an editor wrote another headline or standfirst. */
  edited_from: ColumnType<EditedFrom | null, string | null | undefined, string | null>;
  edited_at: Date | null;
  /** The entry that an editor chose to lead here. */
  lead_entry_id: string | null;
  pinned_at: Date | null;
  pinned_until: Date | null;
  publish_at: Date | null;
  expire_at: Date | null;
  /** What an editor corrected in public, the oldest first. */
  corrections: ColumnType<Correction[] | null, string | null | undefined, string | null>;
}

/** Every item that a topic has published, numbered in the order of publication. */
export interface PublishedItemsTable {
  topic_id: string;
  item_uuid: string;
  number: string;
  /** Of its story when it was last published or left; stays when the story goes. */
  story_id: string;
  published_at: Date;
  /** When it was published again after it was retracted. */
  renewed_at: Date | null;
  /** Number of the archive that holds it. */
  archive: number | null;
  /** The placement's edited_at as the archive has it. */
  archived_edited_at: Date | null;
  left_at: Date | null;
  leaving: Leaving | null;
  /** Why it was retracted, as readers are told. */
  comment: string | null;
  decision_id: string | null;
  /** The archive that it was taken out of when it was retracted. */
  left_archive: number | null;
}

/** Items that may have been published or have left: rows are added by triggers on placements, taken by the publisher. */
export interface ItemChangesTable {
  id: Id;
  topic_id: string;
  item_uuid: string;
  story_id: string;
}

export interface ArchivesTable {
  topic_id: string;
  number: number;
  items: Json<OutgoingItem[]>;
  /** What its links begin with. */
  public_url: string;
  closed_at: Date;
}

export interface ArchiveDocumentsTable {
  topic_id: string;
  number: number;
  format: PublicationFormat;
  body: Buffer;
  gzip: Buffer;
  brotli: Buffer;
  etag: string;
  last_modified_at: Date;
}

/** Append-only; topics and stories are named by value, for they may go. */
export interface DecisionsTable {
  id: Id;
  request_id: string;
  topic_id: string;
  topic_slug: string;
  story_id: string;
  /** The headline that it was decided under. */
  headline: string;
  /** Null: the clock or the rule. */
  editor_id: string | null;
  editor_name: string;
  act: ActName;
  details: Json<DecisionDetails>;
  reason: string;
  /** Null: the story had no placement there. */
  before: ColumnType<Standing | null, string | null, never>;
  after: ColumnType<Standing | null, string | null, never>;
  undoes: string | null;
  made_at: Date;
}

export interface EditorsTable {
  id: Id;
  /** Lower case. */
  login: string;
  name: string;
  role: Role;
  /** argon2id, in PHC form; null: signs in elsewhere, or not yet. */
  password_hash: string | null;
  oidc_issuer: string | null;
  oidc_subject: string | null;
  created_at: Date;
  closed_at: Date | null;
}

/** Links that let someone in once. */
export interface InvitationsTable {
  /** SHA-256. */
  token_hash: Buffer;
  /** Null: whoever comes becomes a new editor. */
  editor_id: string | null;
  role: Role;
  created_at: Date;
  expires_at: Date;
  used_at: Date | null;
}

export interface SessionsTable {
  id: Id;
  /** SHA-256. */
  token_hash: Buffer;
  editor_id: string;
  created_at: Date;
  seen_at: Date;
  expires_at: Date;
  user_agent: string;
}

export interface ApiTokensTable {
  id: Id;
  /** SHA-256. */
  token_hash: Buffer;
  editor_id: string;
  name: string;
  scopes: Scope[];
  created_at: Date;
  used_at: Date | null;
  expires_at: Date | null;
  revoked_at: Date | null;
}

/** Failed attempts to sign in, by login and where they came from. */
export interface SignInFailuresTable {
  key: Buffer;
  failures: number;
  failed_at: Date;
  wait_until: Date;
}

export interface PublicationsTable {
  topic_id: string;
  format: PublicationFormat;
  body: Buffer;
  gzip: Buffer;
  brotli: Buffer;
  etag: string;
  last_modified_at: Date;
}

/** One row: what all processes over this database have to agree on. */
export interface SiteTable {
  only_row: Generated<boolean>;
  /** What links in documents begin with. */
  public_url: string;
  /** Null: the hub of our own; else `off` or the address of another. */
  hub: string | null;
}

/** Who is told of changes of a document (WebSub). Verified; ends by itself. */
export interface SubscriptionsTable {
  id: Id;
  /** SHA-256 of callback and topic. */
  key: Buffer;
  callback_url: string;
  /** The registrable domain of the callback: what limits count by. */
  callback_site: string;
  /** As the subscriber wrote it. */
  topic_url: string;
  /** Null: the topic is gone, which the subscriber is yet to be told. */
  topic_id: string | null;
  format: PublicationFormat;
  secret: string | null;
  expires_at: Date;
  created_at: Date;
  delivered_at: Date | null;
  failing_since: Date | null;
}

/** What somebody asked for and the subscriber has not confirmed yet; also what subscribers must be told they have lost. */
export interface SubscriptionRequestsTable {
  id: Id;
  /** Another when it is asked for again. */
  version: Generated<string>;
  key: Buffer;
  mode: RequestMode;
  callback_url: string;
  callback_site: string;
  topic_url: string;
  topic_id: string | null;
  format: PublicationFormat;
  secret: string | null;
  lease_seconds: number;
  due_at: Date;
  attempts: Generated<number>;
  leased_by: string | null;
  leased_until: Date | null;
}

/** A site may be asked as soon as this is not too far ahead (GCRA). */
export interface CallbackSitesTable {
  site: string;
  busy_until: Date;
}

/** Subscribers that do not have the newest document yet. */
export interface DeliveriesTable {
  subscription_id: string;
  /** Counts the changes that came while it waited. */
  version: Generated<number>;
  /** Of the oldest change that it has missed. */
  since: Date;
  due_at: Date;
  attempts: Generated<number>;
  leased_by: string | null;
  leased_until: Date | null;
}

/** Documents whose change the hub of somebody else does not know of yet; otherwise as deliveries. */
export interface AnnouncementsTable {
  topic_id: string;
  format: PublicationFormat;
  version: Generated<number>;
  since: Date;
  due_at: Date;
  attempts: Generated<number>;
  leased_by: string | null;
  leased_until: Date | null;
}

/** What a document held some versions ago: RFC 3229 sends what a client lacks. */
export interface PublicationVersionsTable {
  topic_id: string;
  format: 'rss' | 'atom';
  etag: string;
  /** Eight bytes an item: the beginning of the SHA-256 of its text. */
  items: Buffer;
  made_at: Date;
}

/** One row: the name space of ids of documents that no topic has. */
export interface SiteIdentityTable {
  only_row: Generated<boolean>;
  uuid: string;
  made_at: Date;
}

export interface SavedSearchesTable {
  id: Id;
  uuid: Generated<string>;
  slug: string;
  name: string;
  rule: string;
  created_at: Date;
}

/** What aggregators say of how many read by them: the greatest number of a day (YYYY-MM-DD, UTC). */
export interface ReaderCountsTable {
  topic_id: string;
  aggregator: string;
  feed_id: string;
  day: ColumnType<Date, string, string>;
  subscribers: number;
}

/** How many programs asked for a topic's documents on a day. */
export interface PollerCountsTable {
  topic_id: string;
  day: ColumnType<Date, string, string>;
  pollers: number;
  /** The day's sketch, null when the day is over. */
  registers: Buffer | null;
}

export interface PollerSaltsTable {
  day: ColumnType<Date, string, string>;
  salt: Buffer;
}

export interface JobRunsTable {
  name: string;
  last_tick_at: Date;
  worker: string;
  finished_at: Date | null;
  outcome: string | null;
}

export interface Database {
  sources: SourcesTable;
  source_addresses: SourceAddressesTable;
  entries: EntriesTable;
  tombstones: TombstonesTable;
  stories: StoriesTable;
  story_entries: StoryEntriesTable;
  story_keys: StoryKeysTable;
  entry_terms: EntryTermsTable;
  entry_keys: EntryKeysTable;
  term_counts: TermCountsTable;
  story_facts: StoryFactsTable;
  story_links: StoryLinksTable;
  story_aliases: StoryAliasesTable;
  topics: TopicsTable;
  topic_sources: TopicSourcesTable;
  topic_changes: TopicChangesTable;
  placements: PlacementsTable;
  published_items: PublishedItemsTable;
  item_changes: ItemChangesTable;
  archives: ArchivesTable;
  archive_documents: ArchiveDocumentsTable;
  decisions: DecisionsTable;
  editors: EditorsTable;
  invitations: InvitationsTable;
  sessions: SessionsTable;
  api_tokens: ApiTokensTable;
  sign_in_failures: SignInFailuresTable;
  publications: PublicationsTable;
  site: SiteTable;
  subscriptions: SubscriptionsTable;
  subscription_requests: SubscriptionRequestsTable;
  callback_sites: CallbackSitesTable;
  deliveries: DeliveriesTable;
  announcements: AnnouncementsTable;
  publication_versions: PublicationVersionsTable;
  site_identity: SiteIdentityTable;
  saved_searches: SavedSearchesTable;
  reader_counts: ReaderCountsTable;
  poller_counts: PollerCountsTable;
  poller_salts: PollerSaltsTable;
  job_runs: JobRunsTable;
}
