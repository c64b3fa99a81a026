import type { Hono } from 'hono';
import type { Db } from '../../../db/connect.ts';
import { createApp } from '../../../src/http/app.tsx';
import type { Route } from '../../../src/http/auth/route.ts';
import { listAuthRoutes } from '../../../src/http/auth/routes.tsx';
import type { AppDeps } from '../../../src/http/deps.ts';
import { listDeskRoutes } from '../../../src/http/desk/routes.tsx';
import { toSite } from '../../../src/http/site.ts';
import { now } from '../seed.ts';
import { deskless } from '../test-app.ts';
import { Browser } from './browser.ts';

export interface DeskApp {
  app: Hono;
  deps: AppDeps;
  routes: Route[];
  /** A browser with a cookie jar of its own. */
  open(headers?: Record<string, string>): Browser;
  /** Moves the clock. */
  wait(seconds: number): void;
}

/** The app with the desk's doors, and a clock that only moves when it is told to. */
export function createDeskApp(db: Db, more: Partial<AppDeps> = {}): DeskApp {
  let at = now;
  const deps: AppDeps = {
    db,
    findPublication: async () => undefined,
    siteName: 'The Daily Wire Room',
    publicUrl: 'https://news.example.org',
    now: () => at,
    log: { info: () => undefined, warn: () => undefined, error: () => undefined },
    version: '0.1.0',
    ...deskless(),
    ...more,
  };
  const app = createApp(deps);
  const site = toSite(deps);
  const routes = [...listAuthRoutes(deps, site), ...listDeskRoutes(deps, site)];
  return {
    app,
    deps,
    routes,
    open: (headers = {}) => new Browser(app, headers),
    wait: (seconds) => {
      at = new Date(at.getTime() + seconds * 1000);
    },
  };
}
