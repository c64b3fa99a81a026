import type { Context } from 'hono';
import type { Editor, Role, Scope } from '../../model/editor.ts';

/** Who asks. */
export interface Visitor {
  editor: Editor;
  sessionId?: string;
  /** What forms and scripts of the session send along with what they change; undefined with a token. */
  csrf?: string;
  /** What the API token may do; undefined with a session. */
  scopes?: Scope[];
}

/** Least role; the scope that an API token must have, without one only sessions are let in. */
export interface Need {
  role: Role;
  scope?: Scope;
}

/** An address of the desk or of its API, with who may use it. */
export type Route = { method: 'GET' | 'POST'; path: string } & (
  | { needs: 'anyone'; handle(c: Context): Promise<Response> }
  | { needs: Need; handle(c: Context, visitor: Visitor): Promise<Response> }
);
