/** One result of a batch status, open: a fault may put values there that the contract does not know. */
export interface StatusItem {
  readonly externalConsumerId: string;
  readonly externalCardId: string;
  readonly status: string;
  readonly [member: string]: unknown;
}

/** A batch status on its way to the client, open for the same reason. */
export interface StatusBody {
  readonly batchId: string;
  readonly status: string;
  readonly items?: readonly StatusItem[];
  readonly batchEndTime?: string;
  readonly [member: string]: unknown;
}

/** The status with other results; one without results stays as it is. */
export function withItems(
  status: StatusBody,
  change: (items: readonly StatusItem[]) => readonly StatusItem[],
): StatusBody {
  return status.items === undefined || status.items.length === 0
    ? status
    : { ...status, items: change(status.items) };
}
