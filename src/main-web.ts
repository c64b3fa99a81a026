import { createDeskFeed } from '../db/desk-feed.ts';
import { listenTo } from '../db/listen.ts';
import { cachePublications } from '../db/publication-cache.ts';
import { publicationChannel } from '../db/publications.ts';
import { findPublicUrl, storePublicUrl } from '../db/site.ts';
import { storeHub } from '../db/websub-hub.ts';
import type { Config } from './config.ts';
import { createAddressGuard } from './fetch/address-guard.ts';
import { createApp } from './http/app.tsx';
import type { AppDeps, OidcConfig } from './http/deps.ts';
import { serve } from './http/serve.ts';
import type { Log } from './log.ts';
import { type OpenDatabase, version } from './main.ts';
import { type HubSetting, toHubUrl } from './model/subscription.ts';
import { createSoonPublisher } from './newsroom/publish-soon.ts';
import { createQueryDocuments } from './newsroom/query-documents.ts';
import { createReaderNotes } from './newsroom/reader-notes.ts';

/**
 * Serves documents and pages until `stop`. Without PUBLIC_URL, links begin with where it listens; `isAlone` (no other web
 * server over this database) makes that hold for all documents. Throws AppError `port-taken`.
 */
export async function startWeb(
  config: Config,
  { db, address }: OpenDatabase,
  log: Log,
  isAlone: boolean,
): Promise<{ url: string; publicUrl: string; stop(): Promise<void> }> {
  const listener = listenTo(address, log);
  const publications = cachePublications(db, listener);
  const desk = createDeskFeed(listener);
  const queries = createQueryDocuments({
    db,
    publicUrl: config.PUBLIC_URL,
    siteName: config.SITE_NAME,
    now: () => new Date(),
    isTold: listener.isListening,
  });
  listener.hearChannel(publicationChannel, { hear: queries.doubt, onListening: queries.doubt });
  const readers = createReaderNotes({ db, now: () => new Date(), log });
  const publisher = createSoonPublisher({ db, publicUrl: config.PUBLIC_URL, now: () => new Date(), log });
  const toApp = (url: string) =>
    createApp({
      db,
      findPublication: publications.find,
      getAge: publications.getAge,
      queries,
      readers,
      siteName: config.SITE_NAME,
      publicUrl: config.PUBLIC_URL ?? url,
      now: () => new Date(),
      log,
      version,
      publishSoon: publisher.publishSoon,
      desk,
      hub: toHub(config, config.PUBLIC_URL ?? url),
      oidc: toOidc(config),
      trustProxy: config.TRUST_PROXY === 'on',
    });
  try {
    const { url, stop } = await serve({ host: config.HOST, port: config.PORT }, (at) => toApp(at).fetch);
    const publicUrl = config.PUBLIC_URL ?? url;
    if (config.PUBLIC_URL || isAlone || !(await findPublicUrl(db))) await storePublicUrl(db, publicUrl);
    await storeHub(db, toHubSetting(config));
    return {
      url,
      publicUrl,
      async stop() {
        await stop();
        await publisher.stop();
        await readers.stop();
        await listener.close();
      },
    };
  } catch (error) {
    await listener.close();
    throw error;
  }
}

function toHubSetting({ HUB, HUB_URL }: Config): HubSetting {
  if (HUB === 'off') return 'off';
  return HUB_URL ? { url: HUB_URL } : 'own';
}

function toHub(config: Config, publicUrl: string): AppDeps['hub'] {
  const setting = toHubSetting(config);
  const url = toHubUrl(setting, publicUrl);
  if (url === undefined) return undefined;
  if (setting !== 'own') return { url };
  return { url, checkCallback: createAddressGuard(config.ALLOW_ADDRESSES).check };
}

/** The provider by which editors may sign in, when one is configured. */
function toOidc(config: Config): OidcConfig | undefined {
  const { OIDC_ISSUER: issuer, OIDC_CLIENT_ID: clientId, OIDC_CLIENT_SECRET: clientSecret } = config;
  if (!issuer || !clientId || !clientSecret) return undefined;
  return { issuer, clientId, clientSecret, name: config.OIDC_NAME, allowHttp: issuer.startsWith('http:') };
}
