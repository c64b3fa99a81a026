import { hasRole } from '../../model/editor.ts';
import type { Visitor } from '../auth/route.ts';
import type { Site } from '../site.ts';

/** The desk before there is any topic. */
export function NoTopics({ site, visitor }: { site: Site; visitor: Visitor }) {
  return (
    <main id="main" class="desk-main" tabindex={-1}>
      <h1>No topics yet</h1>
      <p>A topic gathers the stories that match its rule, and its queue is worked through here.</p>
      {hasRole(visitor.editor, 'chief') ? (
        <p>
          <a class="button strong" href={`${site.base}/desk/topics/new`}>
            Make the first topic
          </a>
        </p>
      ) : (
        <p>A chief makes topics; ask one to make the first.</p>
      )}
    </main>
  );
}
