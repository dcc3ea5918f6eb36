import { operations as clickToPay } from '@enrollkit/contract/click-to-pay-enrollment';
import { operations as credentialDirectory } from '@enrollkit/contract/credential-directory';
import { handlers as clickToPayHandlers } from './click-to-pay/operations.ts';
import { handlers as credentialDirectoryHandlers } from './credential-directory/operations.ts';
import type { Handler } from './shared/request-context.ts';

/** The operations of both families, by operationId; they share one base path. */
export const operations = { ...clickToPay, ...credentialDirectory } as const;

/** Name of an operation of either contract. */
export type OperationId = keyof typeof operations;

/** What each of them does. */
export const handlers: Readonly<Record<OperationId, Handler>> = {
  ...clickToPayHandlers,
  ...credentialDirectoryHandlers,
};

/** The operations that answer a batch status, where faults of results apply. */
export const statusOperations: ReadonlySet<string> = new Set<OperationId>([
  'getBatchStatus',
  'getBatchStatusInDirectory',
]);
