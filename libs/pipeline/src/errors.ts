import { EnrollkitError } from '@enrollkit/base';
import type { ProviderReason } from '@enrollkit/enrollment';
import type { InputErrorCode } from './load/input/errors.ts';

/** Stable codes of everything the pipeline throws on purpose. */
export type PipelineErrorCode =
  | InputErrorCode
  /** The gateway denied access; nothing was taken. Correct keys or ids, then resume. */
  | 'provider-denied'
  /** The provider no longer opens what was sealed with its old key. Resume with the input file. */
  | 'provider-key-withdrawn';

/** The provider takes nothing until a person fixes credentials or configuration: the run must stop. */
export class DeniedError extends EnrollkitError<'provider-denied'> {
  readonly reason: ProviderReason;

  constructor(reason: ProviderReason) {
    super({
      code: 'provider-denied',
      message: `The provider denies access: ${reason.code} (HTTP ${reason.httpStatus}): ${reason.message}`,
      hint: 'Check the credentials and the programme in the configuration (enrollkit doctor), then resume',
    });
    this.reason = reason;
  }
}

/**
 * The provider no longer opens what was sealed with one of its keys, and something is missing to seal it
 * again: the run must stop.
 */
export class KeyWithdrawnError extends EnrollkitError<'provider-key-withdrawn'> {
  readonly kid: string;
  /** `input`: the clear data; `key`: another key than the refused one. */
  readonly needs: 'input' | 'key';

  constructor(kid: string, needs: 'input' | 'key') {
    super({
      code: 'provider-key-withdrawn',
      message: `The provider does not open what was sealed with its key ${kid}, and ${needs === 'input' ? 'the input is not available' : 'no other key is known'}`,
      hint:
        needs === 'input'
          ? 'Give the input file, so that what is left is sealed again: enrollkit run FILE'
          : "Configure the provider's present key, then resume",
    });
    this.kid = kid;
    this.needs = needs;
  }
}
