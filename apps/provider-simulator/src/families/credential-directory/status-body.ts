import { defined } from '@enrollkit/base';
import type { StatusBody, StatusItem } from '../shared/status-body.ts';

type Body = Readonly<Record<string, unknown>>;

/** A directory's batch status in the members of the Enroll API's, so that one table of faults serves both. */
export function toCommonStatus({ batchId, batchStatus, results, ...rest }: Body): StatusBody {
  const items = (results as readonly Body[] | undefined)?.map(
    ({ externalCredentialId, ...result }) =>
      ({ ...result, externalCardId: externalCredentialId }) as StatusItem,
  );
  return defined<StatusBody>({ ...rest, batchId: String(batchId), status: String(batchStatus), items });
}

/** The way back. */
export function toDirectoryStatus({ status, items, ...rest }: StatusBody): Body {
  const results = items?.map(
    ({ externalCardId, srcConsumerId: _consumer, srcDigitalCardId: _card, ...item }) => ({
      ...item,
      externalCredentialId: externalCardId,
    }),
  );
  return { ...rest, batchStatus: status, ...(results !== undefined && { results }) };
}
