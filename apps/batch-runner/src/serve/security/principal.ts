/** The roles, least first: each may what those before it may. */
export const roles = ['viewer', 'operator', 'admin'] as const;

/** What somebody may do in the console. */
export type Role = (typeof roles)[number];

/** How somebody proved who they are. */
export type SignInMethod = 'link' | 'password' | 'oidc';

/** Somebody who has signed in. */
export interface Principal {
  /** As the audit trail and the console name them: printable, without card numbers. */
  readonly name: string;
  readonly role: Role;
  readonly method: SignInMethod;
  /** What stays the same when the name does not: the identity provider's `sub`. */
  readonly subject?: string;
  /** Changes with the account's role and password: a session of another version has ended. */
  readonly version?: string;
}

/** Whether a role suffices where another is needed. */
export function suffices(role: Role, needed: Role): boolean {
  return roles.indexOf(role) >= roles.indexOf(needed);
}

/** How the audit trail names somebody who acts in the console. */
export function consoleActor({ name, role }: Pick<Principal, 'name' | 'role'>): string {
  return `${name} (${role}, console)`;
}
