/**
 * What a caller can do wrong, with the HTTP status that says so and the exit code of the command line
 * (1: it did not work, 2: the call itself is wrong). The one catalogue; nothing else invents codes.
 */
const catalogue = {
  'bad-config': { status: 500, exitCode: 2 },
  'bad-argument': { status: 400, exitCode: 2 },
  'bad-rule': { status: 400, exitCode: 2 },
  'bad-url': { status: 400, exitCode: 2 },
  'bad-opml': { status: 400, exitCode: 1 },
  'bad-feed': { status: 422, exitCode: 1 },
  'no-feed-found': { status: 422, exitCode: 1 },
  'source-not-found': { status: 404, exitCode: 1 },
  'topic-not-found': { status: 404, exitCode: 1 },
  'story-not-found': { status: 404, exitCode: 1 },
  'story-retracted': { status: 410, exitCode: 1 },
  'entry-not-found': { status: 404, exitCode: 1 },
  'placement-not-found': { status: 404, exitCode: 1 },
  'decision-not-found': { status: 404, exitCode: 1 },
  'decision-refused': { status: 409, exitCode: 1 },
  'page-not-found': { status: 404, exitCode: 1 },
  'topic-exists': { status: 409, exitCode: 1 },
  'same-story': { status: 409, exitCode: 1 },
  'entry-alone': { status: 409, exitCode: 1 },
  'many-entries': { status: 409, exitCode: 1 },
  'signed-out': { status: 401, exitCode: 1 },
  'bad-sign-in': { status: 401, exitCode: 1 },
  'not-allowed': { status: 403, exitCode: 1 },
  'bad-csrf': { status: 403, exitCode: 1 },
  'too-many-attempts': { status: 429, exitCode: 1 },
  'too-large': { status: 413, exitCode: 1 },
  'bad-password': { status: 400, exitCode: 2 },
  'login-taken': { status: 409, exitCode: 1 },
  'last-chief': { status: 409, exitCode: 1 },
  'link-used': { status: 410, exitCode: 1 },
  'editor-not-found': { status: 404, exitCode: 1 },
  'search-not-found': { status: 404, exitCode: 1 },
  'search-exists': { status: 409, exitCode: 1 },
  'too-busy': { status: 503, exitCode: 1 },
  'bad-subscription': { status: 400, exitCode: 1 },
  'document-not-found': { status: 404, exitCode: 1 },
  'many-subscriptions': { status: 429, exitCode: 1 },
  'database-unavailable': { status: 503, exitCode: 1 },
  'embedded-postgres': { status: 503, exitCode: 1 },
  'port-taken': { status: 500, exitCode: 1 },
} as const;

export type ErrorCode = keyof typeof catalogue;

/** A mistake of a caller or an obstacle outside; its message is written for the person who reads it. */
export class AppError extends Error {
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'AppError';
    this.code = code;
  }

  /** HTTP status for an answer. */
  get status(): (typeof catalogue)[ErrorCode]['status'] {
    return catalogue[this.code].status;
  }

  /** Exit code for the command line. */
  get exitCode(): 1 | 2 {
    return catalogue[this.code].exitCode;
  }
}
