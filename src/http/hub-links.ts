import type { AppDeps } from './deps.ts';

/** The header by which a document names its hub and itself (WebSub §4); none where there is no hub. */
export function toHubLinks({ hub }: Pick<AppDeps, 'hub'>, selfUrl: string): { Link?: string } {
  return hub ? { Link: `<${hub.url}>; rel="hub", <${selfUrl}>; rel="self"` } : {};
}
