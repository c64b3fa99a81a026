/** `reader` sees the desk, `editor` decides, `chief` also has the topics, sources and editors. */
export type Role = 'reader' | 'editor' | 'chief';
/** From the least to the most. */
export const roles = ['reader', 'editor', 'chief'] as const satisfies readonly Role[];

/** What an API token may do: see the desk, decide, or what a chief does; never more than its editor may. */
export type Scope = 'read' | 'decide' | 'manage';
export const scopes = ['read', 'decide', 'manage'] as const satisfies readonly Scope[];

/** A person who may sit at the desk. */
export interface Editor {
  id: string;
  /** What is typed to sign in; lower case. */
  login: string;
  /** What decisions are signed with. */
  name: string;
  role: Role;
  createdAt: Date;
  /** Since when the person is not let in any more. */
  closedAt?: Date;
}

/** Whether a role has all the rights of another. */
export function hasRole({ role }: Pick<Editor, 'role'>, needed: Role): boolean {
  return roles.indexOf(role) >= roles.indexOf(needed);
}
