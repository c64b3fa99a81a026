import type { Route } from '../auth/route.ts';
import type { AppDeps } from '../deps.ts';
import type { Site } from '../site.ts';
import { streamDeskEvents } from './events.ts';
import { exportHistory, showHistory } from './show-history.tsx';
import { listOthers, serveQueue, showDesk, showQueue, showStoryPreview } from './show-queue.tsx';
import { showNewTopic, showSettings, submitNewTopic, submitSettings } from './show-settings.tsx';
import { showSources, submitNewSource, submitSource } from './show-sources.tsx';
import { takeDecisions } from './take-decisions.ts';

const reads = { role: 'reader', scope: 'read' } as const;
const sees = { role: 'reader' } as const;
const decides = { role: 'editor', scope: 'decide' } as const;
const rules = { role: 'chief' } as const;

/** The queue, what was decided, topics and sources. */
export function listDeskRoutes(deps: AppDeps, site: Site): Route[] {
  return [
    { method: 'GET', path: '/desk', needs: sees, handle: showDesk(deps, site) },
    { method: 'GET', path: '/desk/topics/new', needs: rules, handle: showNewTopic(site) },
    { method: 'POST', path: '/desk/topics/new', needs: rules, handle: submitNewTopic(deps, site) },
    { method: 'GET', path: '/desk/topics/:slug', needs: sees, handle: showQueue(deps, site) },
    { method: 'GET', path: '/desk/topics/:slug/others', needs: sees, handle: listOthers(deps) },
    {
      method: 'GET',
      path: '/desk/topics/:slug/stories/:id',
      needs: sees,
      handle: showStoryPreview(deps, site),
    },
    { method: 'GET', path: '/desk/topics/:slug/settings', needs: rules, handle: showSettings(deps, site) },
    { method: 'POST', path: '/desk/topics/:slug/settings', needs: rules, handle: submitSettings(deps, site) },
    { method: 'POST', path: '/desk/decisions', needs: { role: 'editor' }, handle: takeDecisions(deps, site) },
    { method: 'GET', path: '/desk/events', needs: sees, handle: streamDeskEvents(deps) },
    { method: 'GET', path: '/desk/history', needs: reads, handle: showHistory(deps, site) },
    { method: 'GET', path: '/desk/history.csv', needs: reads, handle: exportHistory(deps, 'csv') },
    { method: 'GET', path: '/desk/history.json', needs: reads, handle: exportHistory(deps, 'json') },
    { method: 'GET', path: '/desk/sources', needs: sees, handle: showSources(deps, site) },
    { method: 'POST', path: '/desk/sources', needs: rules, handle: submitNewSource(deps, site) },
    { method: 'POST', path: '/desk/sources/:id', needs: rules, handle: submitSource(deps, site) },
    { method: 'GET', path: '/api/desk/topics/:slug/queue', needs: reads, handle: serveQueue(deps) },
    { method: 'POST', path: '/api/desk/decisions', needs: decides, handle: takeDecisions(deps, site) },
  ];
}
