/** A rule over all that stands published, which has documents of its own. */
export interface SavedSearch {
  id: string;
  /** Stable for ever: what its documents are identified by. */
  uuid: string;
  /** In addresses. */
  slug: string;
  name: string;
  rule: string;
  createdAt: Date;
}
