import { hostname, userInfo } from 'node:os';

/** Who acts, for the audit trail: the system user and the host. */
export function actor(): string {
  return `${userInfo().username}@${hostname()}`;
}
