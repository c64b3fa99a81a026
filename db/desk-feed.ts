import { type DeskEvent, deskChannel, parseDeskEvent } from './desk-events.ts';
import type { Listener } from './listen.ts';

type Tell = (event: DeskEvent) => void;

/** New candidates come in bursts, as sources are refreshed: they are told of once in so long. */
const burstMs = 250;

/**
 * What happens in topics, of all processes over this database, for those who subscribe: decisions one by one as they are
 * made, candidates at most once in 250 ms and topic. After a time in which it could not listen every subscriber is told
 * that there may be candidates.
 */
export function createDeskFeed(listener: Listener): {
  /** Tells of each event of a topic until the returned function is called. */
  subscribe(topicId: string, tell: Tell): () => void;
} {
  const subscribers = new Map<string, Set<Tell>>();
  const waiting = new Set<string>();
  const tellAll = (topicId: string, event: DeskEvent) => {
    for (const tell of [...(subscribers.get(topicId) ?? [])]) tell(event);
  };
  const tellCandidatesSoon = (topicId: string) => {
    if (waiting.has(topicId) || !subscribers.has(topicId)) return;
    waiting.add(topicId);
    const timer = setTimeout(() => {
      waiting.delete(topicId);
      tellAll(topicId, { kind: 'candidates', topicIds: [topicId] });
    }, burstMs);
    timer.unref();
  };
  listener.hearChannel(deskChannel, {
    hear(payload) {
      const event = parseDeskEvent(payload);
      if (event?.kind === 'candidates') event.topicIds.forEach(tellCandidatesSoon);
      else if (event) tellAll(event.topicId, event);
    },
    onListening: () => [...subscribers.keys()].forEach(tellCandidatesSoon),
  });
  return {
    subscribe(topicId, tell) {
      // Its own, so that whoever subscribes twice is told twice and leaves once.
      const own: Tell = (event) => tell(event);
      const all = subscribers.get(topicId) ?? new Set();
      subscribers.set(topicId, all.add(own));
      return () => {
        all.delete(own);
        if (all.size === 0 && subscribers.get(topicId) === all) subscribers.delete(topicId);
      };
    },
  };
}
