import { EnrollkitError } from '@enrollkit/base';

import { type Place, showPlace } from './place.ts';

/** What can be wrong with a spec before anything can be said about its content. */
export type SpecErrorCode =
  | 'spec-not-found'
  | 'spec-not-yaml'
  | 'spec-not-openapi'
  | 'spec-version-unsupported'
  | 'spec-reference-broken'
  | 'spec-schema-unusable'
  | 'exceptions-unusable'
  | 'config-unusable'
  | 'pact-unusable'
  | 'matrix-unusable'
  | 'source-unusable'
  | 'pull-refused';

/** What a `SpecError` says beside its message. */
export interface SpecErrorDetail {
  readonly place?: Place;
  /** What to do about it. */
  readonly hint?: string;
  readonly cause?: unknown;
}

/** A spec that cannot be used, with its place and a hint. The message begins with the place. */
export class SpecError extends EnrollkitError<SpecErrorCode> {
  readonly place: Place | undefined;

  constructor(code: SpecErrorCode, message: string, detail: SpecErrorDetail = {}) {
    const where = detail.place === undefined ? '' : `${showPlace(detail.place)}: `;
    super({
      code,
      message: `${where}${message}`,
      hint: detail.hint ?? 'The README of contract-gate says what each document must look like.',
      ...(detail.cause === undefined ? {} : { cause: detail.cause }),
    });
    this.place = detail.place;
  }
}
