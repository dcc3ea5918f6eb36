import { type Place, showPlace } from './place.ts';

/** What can be wrong with a spec before anything can be said about its content. */
export type SpecErrorCode =
  | 'SPEC_NOT_FOUND'
  | 'SPEC_NOT_YAML'
  | 'SPEC_NOT_OPENAPI'
  | 'SPEC_VERSION_UNSUPPORTED'
  | 'SPEC_REFERENCE_BROKEN'
  | 'SPEC_SCHEMA_UNUSABLE'
  | 'EXCEPTIONS_UNUSABLE'
  | 'CONFIG_UNUSABLE'
  | 'PACT_UNUSABLE'
  | 'MATRIX_UNUSABLE'
  | 'SOURCE_UNUSABLE'
  | 'PULL_REFUSED';

/** What a `SpecError` says beside its message. */
export interface SpecErrorDetail {
  readonly place?: Place;
  /** What to do about it. */
  readonly hint?: string;
  readonly cause?: unknown;
}

/** A spec that cannot be used, with its place and a hint. The message begins with the place. */
export class SpecError extends Error {
  override readonly name = 'SpecError';
  readonly code: SpecErrorCode;
  readonly place: Place | undefined;
  readonly hint: string | undefined;

  constructor(code: SpecErrorCode, message: string, detail: SpecErrorDetail = {}) {
    const where = detail.place === undefined ? '' : `${showPlace(detail.place)}: `;
    super(`${where}${message}`, detail.cause === undefined ? undefined : { cause: detail.cause });
    this.code = code;
    this.place = detail.place;
    this.hint = detail.hint;
  }
}
