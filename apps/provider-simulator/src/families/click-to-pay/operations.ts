import { operations } from '@enrollkit/contract/click-to-pay-enrollment';
import { getBatchStatus } from './batch-status.ts';
import { deleteCard, getCard, putCard, updateCard } from './cards.ts';
import type { Handler } from '../shared/request-context.ts';
import { enrollBatch, enrollBatchForPreProvisioning } from './enroll-batch.ts';
import { deleteProfile, getProfile, updateProfile } from './profiles.ts';

/** What each operation of the contract does; one without an entry does not compile. */
export const handlers = {
  enrollBatch,
  enrollBatchForPreProvisioning,
  getBatchStatus,
  putCard,
  getCard,
  updateCard,
  deleteCard,
  getProfile,
  updateProfile,
  deleteProfile,
  deleteProfileByQuery: deleteProfile,
} as const satisfies Record<keyof typeof operations, Handler>;
