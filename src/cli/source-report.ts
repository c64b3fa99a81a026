import type { ListedSource } from '../../db/sources.ts';
import type { Source } from '../model/source.ts';
import { toAge, toTable } from './output.ts';

function toStanding(source: Source): string {
  if (source.state !== 'active') return source.state;
  if (source.failures > 0) return `failing (${source.failures})`;
  return source.lastCheckedAt ? 'ok' : 'new';
}

/** One line a source. */
export function toSourceTable(sources: ListedSource[], now: Date): string {
  return toTable(
    ['TITLE', 'STATE', 'ENTRIES', 'CHECKED', 'NEXT', 'FEED'],
    sources.map((source) => [
      source.title.slice(0, 40),
      toStanding(source),
      source.entryCount,
      toAge(source.lastCheckedAt, now),
      source.state === 'active' ? toAge(source.nextCheckAt, now) : '-',
      source.feedUrl,
    ]),
  );
}

/** All that is known of one source, a line each. */
export function toSheet(source: ListedSource, now: Date): string {
  const rows: [string, string | undefined][] = [
    ['feed', source.feedUrl],
    ['title', source.title],
    ['site', source.siteUrl],
    ['description', source.description],
    ['language', source.language],
    ['policy', source.policy],
    ['weight', String(source.weight)],
    ['state', toStanding(source)],
    ['entries', `${source.entryCount}, the newest ${toAge(source.newestEntryAt, now)}`],
    ['checked', toAge(source.lastCheckedAt, now)],
    ['succeeded', toAge(source.lastSucceededAt, now)],
    ['next check', source.state === 'active' ? toAge(source.nextCheckAt, now) : 'none'],
    ['ETag', source.validators.etag],
    ['Last-Modified', source.validators.lastModified],
    [
      'last error',
      source.lastError &&
        `${source.lastError.message} (${source.lastError.code}, ${toAge(source.lastError.at, now)})`,
    ],
  ];
  return rows.flatMap(([name, value]) => (value ? [`${name.padEnd(14)}${value}`] : [])).join('\n');
}
