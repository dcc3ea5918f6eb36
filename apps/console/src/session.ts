import type { Role, Session } from '@enrollkit/contract/runner';
import { useQuery } from '@tanstack/react-query';
import { sessionQuery } from './queries.ts';

const rank: Readonly<Record<Role, number>> = { viewer: 0, operator: 1, admin: 2 };

/** Whether a role includes another one. */
export function includesRole(role: Role, needed: Role): boolean {
  return rank[role] >= rank[needed];
}

/**
 * The session of the one who is signed in. To be used below the sign-in page only: throws without a
 * session.
 */
export function useSession(): Session {
  const { data } = useQuery(sessionQuery);
  if (data === null || data === undefined) throw new Error('nobody is signed in');
  return data;
}

/** Whether the reader may decide and instruct. The server checks it again with each request. */
export function useMayDecide(): boolean {
  const { data } = useQuery(sessionQuery);
  return data !== null && data !== undefined && includesRole(data.role, 'operator');
}
