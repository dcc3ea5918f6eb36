import type { EnrollmentRecord, RecordPart } from '@enrollkit/enrollment';

/** A record as a part of a batch, in clear; of card k-7 none can be made. */
export function partOf({
  externalConsumerId,
  externalCardId,
  consumer,
  card,
}: EnrollmentRecord): RecordPart | undefined {
  const head = JSON.stringify([externalConsumerId, consumer]);
  if (externalCardId === 'k-7') return undefined;
  return { text: head + JSON.stringify([externalCardId, card]), card: head.length };
}
