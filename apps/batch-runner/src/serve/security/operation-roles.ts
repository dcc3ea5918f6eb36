import type { operations } from '@enrollkit/contract/runner';
import type { Role } from './principal.ts';

/**
 * The least role that each operation of `specs/runner` needs, as its `security` says; `nobody` need be signed
 * in to sign in. An operation that is added there and not here fails the type check.
 */
export const operationRoles = {
  getSignInOptions: 'nobody',
  signIn: 'nobody',
  redeemLink: 'nobody',
  startOidcSignIn: 'nobody',
  getSession: 'viewer',
  signOut: 'viewer',
  getOverview: 'viewer',
  getProgress: 'viewer',
  streamProgress: 'viewer',
  listIntakes: 'viewer',
  getIntake: 'viewer',
  getTimeline: 'viewer',
  listBatches: 'viewer',
  getBatch: 'viewer',
  listRecords: 'viewer',
  countRefusals: 'viewer',
  listRejections: 'viewer',
  countRejections: 'viewer',
  listUnknownBatches: 'viewer',
  lookUpCardholder: 'viewer',
  listAuditEvents: 'viewer',
  getContractFindings: 'viewer',
  resolveBatch: 'operator',
  abandonBatch: 'operator',
  instructRunner: 'operator',
  listPlannableFiles: 'operator',
  planUpload: 'operator',
  planFile: 'operator',
  getPlan: 'operator',
  discardPlan: 'operator',
} as const satisfies Readonly<Record<keyof typeof operations, Role | 'nobody'>>;

/** An operation that is authorized here. */
export type AuthorizedOperation = keyof typeof operationRoles;
