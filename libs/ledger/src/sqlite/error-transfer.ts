import {
  LedgerBindingError,
  LedgerConflictError,
  LedgerError,
  LedgerLockedError,
  LedgerLockLostError,
  LedgerRewoundError,
  LedgerStorageError,
  LedgerVersionError,
  type LedgerErrorCode,
} from '../errors.ts';

/** An error on its way from one thread to another, where a clone would forget its class and its fields. */
export interface PackedError {
  readonly message: string;
  readonly cause: unknown;
  /** Own fields of an error of the ledger; none for any other. */
  readonly fields?: Readonly<Record<string, unknown>>;
  readonly stack?: string;
}

const classes: Partial<Record<LedgerErrorCode, new (...given: never[]) => LedgerError>> = {
  'ledger-conflict': LedgerConflictError,
  'ledger-locked': LedgerLockedError,
  'ledger-lock-lost': LedgerLockLostError,
  'ledger-version': LedgerVersionError,
  'ledger-rewound': LedgerRewoundError,
  'ledger-bound-elsewhere': LedgerBindingError,
  'ledger-key-changed': LedgerBindingError,
  'ledger-digest-version': LedgerBindingError,
};

/** Makes an error fit to be sent to another thread. */
export function packError(thrown: unknown): PackedError {
  if (!(thrown instanceof Error)) return { message: String(thrown), cause: undefined };
  const { message, stack, cause } = thrown;
  return {
    message,
    cause,
    ...(stack !== undefined && { stack }),
    ...(thrown instanceof LedgerError && { fields: { ...thrown } }),
  };
}

/** The error as it was thrown, with the class, the fields and the stack it had there. */
export function unpackError({ message, cause, fields, stack }: PackedError): Error {
  const code = fields?.['code'] as LedgerErrorCode | undefined;
  const type = code === undefined ? Error : (classes[code] ?? LedgerStorageError);
  const error = Reflect.construct(
    Error,
    [message, cause === undefined ? undefined : { cause }],
    type,
  ) as Error;
  return Object.assign(error, fields, stack !== undefined && { stack });
}
