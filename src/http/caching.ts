/**
 * Polls come every few minutes from many readers at once: five minutes keep shared caches useful without making
 * news late; an old copy is better than none while the server is restarted (RFC 5861).
 */
export const documentCaching = 'public, max-age=300, stale-while-revalidate=60, stale-if-error=86400';
