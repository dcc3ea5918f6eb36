import type { SourcePlace } from './record.ts';

/** One thing wrong with one field. The message never repeats a PAN or another sensitive value. */
export interface ValidationError {
  /** A name of `fieldNames`, for example `pan` or `postalCode`; `row` when the whole row is wrong. */
  readonly field: string;
  /** Stable code, for example `PAN_LUHN`. The closed list is in `validation/messages.ts`. */
  readonly code: string;
  /** One sentence for a person: what was asked, what was found (never the value of a sensitive field). */
  readonly message: string;
  /** What would fix it. */
  readonly hint: string;
  /** The row is sent all the same: a real person could have this value. */
  readonly warning?: true;
}

/** A row we refuse before sending, with every error found in it. */
export interface Rejection {
  readonly place: SourcePlace;
  /** Given where they could be read and are well-formed. */
  readonly externalConsumerId?: string;
  readonly externalCardId?: string;
  readonly errors: readonly [ValidationError, ...ValidationError[]];
}
