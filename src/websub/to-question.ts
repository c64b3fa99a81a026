/** What a subscriber is asked before a request counts (WebSub §5.3), or told when it is subscribed no more (§5.2). */
export type Question =
  | { mode: 'subscribe' | 'unsubscribe'; topicUrl: string; challenge: string; leaseSeconds: number }
  | { mode: 'denied'; topicUrl: string; reason: string };

/**
 * The address of the GET: the callback with the question behind its own query, which stays as it is, even where names are
 * the same (WebSub §5.1).
 */
export function toQuestionUrl(callbackUrl: string, question: Question): string {
  const asked = new URLSearchParams({ 'hub.mode': question.mode, 'hub.topic': question.topicUrl });
  if (question.mode === 'denied') asked.set('hub.reason', question.reason);
  else asked.set('hub.challenge', question.challenge);
  if (question.mode === 'subscribe') asked.set('hub.lease_seconds', String(question.leaseSeconds));
  const url = new URL(callbackUrl);
  const own = url.search.slice(1);
  url.search = own === '' ? asked.toString() : `${own}&${asked}`;
  return url.href;
}
