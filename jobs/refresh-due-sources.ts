import { publishChangedTopics } from '../src/newsroom/publish-topic.ts';
import type { JobContext } from './job.ts';
import { refreshSources } from './refresh-sources.ts';

/** Refreshes what is due, then publishes the topics that it changed. */
export async function refreshDueSources(context: JobContext): Promise<string | undefined> {
  const reports = await refreshSources(context);
  if (reports.length === 0) return undefined;
  await publishChangedTopics(context);
  const failed = reports.filter((report) => report.outcome === 'failed');
  const added = reports.reduce((sum, report) => sum + report.entries.new, 0);
  for (const { source, message } of failed) {
    context.log.warn({ feedUrl: source.feedUrl, failures: source.failures + 1 }, message ?? 'failed');
  }
  const line = `${reports.length} ${reports.length === 1 ? 'source' : 'sources'} refreshed, ${failed.length} failed, ${added} new entries.`;
  context.log.info({ sources: reports.length, failed: failed.length, entries: added }, line);
  return line;
}
