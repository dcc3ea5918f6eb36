import { EnrollkitError } from '@enrollkit/base';

import { type Place, showPlace } from './place.ts';

/** What can be wrong with a spec before anything can be said about its content. */
export type SpecErrorCode =
  /** The document does not exist. */
  | 'spec-not-found'
  /** The document is neither YAML nor JSON; the place is in the message. */
  | 'spec-not-yaml'
  /** The document is no OpenAPI document. */
  | 'spec-not-openapi'
  /** The document is of a version of OpenAPI that is not read here. */
  | 'spec-version-unsupported'
  /** A reference leads nowhere, or where it may not. */
  | 'spec-reference-broken'
  /** A schema cannot be read; the place is in the message. */
  | 'spec-schema-unusable'
  /** The file of accepted findings cannot be used. */
  | 'exceptions-unusable'
  /** The configuration cannot be used; the message names the key. */
  | 'config-unusable'
  /** A pact file cannot be used. Have it written again by its tests. */
  | 'pact-unusable'
  /** The matrix of published and verified versions cannot be used. */
  | 'matrix-unusable'
  /** A source that should be searched for uses cannot be read. */
  | 'source-unusable'
  /** The address is not fetched: a redirect to another host, or a private address. */
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
