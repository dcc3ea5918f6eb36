import { type StatusBody, type StatusItem, withItems } from '../families/shared/status-body.ts';
import type { FaultContext, StatusFault } from './fault.ts';

const unmatchedResult: StatusItem = {
  externalConsumerId: 'consumer-of-another-client',
  externalCardId: 'card-of-another-client',
  status: 'SUCCESSFUL',
  srcConsumerId: '00000000-0000-4000-8000-000000000001',
  srcDigitalCardId: '00000000-0000-4000-8000-000000000002',
};

const failed = ({ externalConsumerId, externalCardId }: StatusItem): StatusItem => ({
  externalConsumerId,
  externalCardId,
  status: 'FAILED',
  error: { status: 409, reason: 'INVALID_STATE', message: 'Reported otherwise', errordetail: null },
});

const pick = (status: StatusBody, { chance }: FaultContext): number =>
  Math.floor(chance('which') * (status.items?.length ?? 0));

/** Faults of a batch status: the results are wrong. */
export const statusFaults = {
  reorder: {
    at: 'status',
    description: 'results in another order in each answer',
    apply: (status, { chance }) =>
      withItems(status, (items) =>
        items.toSorted((a, b) => chance(a.externalCardId) - chance(b.externalCardId)),
      ),
  },
  'unmatched-result': {
    at: 'status',
    description: 'a result for a record that was never sent',
    apply: (status) => withItems(status, (items) => [...items, unmatchedResult]),
  },
  'missing-result': {
    at: 'status',
    per: 'target',
    description: 'one record is missing from the results of this batch, always the same',
    apply: (status, context) => withItems(status, (items) => items.toSpliced(pick(status, context), 1)),
  },
  'false-failure': {
    at: 'status',
    per: 'target',
    description: 'one record of this batch is reported as failed, always the same, whatever its true result',
    apply: (status, context) =>
      withItems(status, (items) =>
        items.map((item, position) => (position === pick(status, context) ? failed(item) : item)),
      ),
  },
  'duplicate-result': {
    at: 'status',
    description: 'one record appears twice in the results',
    apply: (status, context) =>
      withItems(status, (items) => [...items, ...items.slice(pick(status, context)).slice(0, 1)]),
  },
  'contradictory-result': {
    at: 'status',
    description: 'one record has its true result and a failure, in either order',
    apply: (status, context) =>
      withItems(status, (items) => {
        const other = items.slice(pick(status, context)).slice(0, 1).map(failed);
        return context.chance('order') < 0.5 ? [...other, ...items] : [...items, ...other];
      }),
  },
  backwards: {
    at: 'status',
    description: 'a finished batch is in progress again, and its results are gone',
    apply: ({ items: _items, batchEndTime: _end, ...status }) => ({ ...status, status: 'IN_PROGRESS' }),
  },
  stuck: {
    at: 'status',
    per: 'target',
    description: 'this batch is in progress for ever',
    apply: ({ items: _items, batchEndTime: _end, ...status }) => ({ ...status, status: 'IN_PROGRESS' }),
  },
  'unknown-status': {
    at: 'status',
    description: 'a batch status value that no document names',
    apply: (status) => ({ ...status, status: 'AWAITING_REVIEW' }),
  },
  'unknown-item-status': {
    at: 'status',
    description: 'one record has a status value that no document names',
    apply: (status, context) =>
      withItems(status, (items) =>
        items.map((item, position) =>
          position === pick(status, context) ? { ...item, status: 'DEFERRED' } : item,
        ),
      ),
  },
} as const satisfies Record<string, StatusFault>;
