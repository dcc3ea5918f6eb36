import type { FieldName } from './raw-record.ts';
import type { Consumer } from './record.ts';

/**
 * One value for every text in `T`, however deep. Tables of this type are complete: a member that is added to `T` and
 * forgotten in a table does not compile.
 */
export type PerText<T, Value> = {
  readonly [Member in keyof Required<T>]: NonNullable<T[Member]> extends string
    ? Value
    : PerText<NonNullable<T[Member]>, Value>;
};

/** An object of which every member is given, the optional ones as `undefined`: none can be forgotten. */
export type EveryMember<T> = { readonly [Member in keyof Required<T>]: T[Member] };

/** The column that holds each text of a consumer. */
const consumerColumns: PerText<Consumer, FieldName> = {
  firstName: 'firstName',
  lastName: 'lastName',
  email: 'email',
  mobile: { countryCode: 'mobile', number: 'mobile' },
  countryCode: 'country',
  languageCode: 'language',
  compliance: {
    privacy: {
      acceptedVersion: 'privacyVersion',
      latestVersion: 'privacyVersion',
      latestVersionUri: 'privacyUri',
    },
    terms: { acceptedVersion: 'termsVersion', latestVersion: 'termsVersion', latestVersionUri: 'termsUri' },
  },
};

/** The first column in which two rows of one consumer differ; undefined when they say the same. */
export function consumerDifference(one: Consumer, other: Consumer): FieldName | undefined {
  return one === other ? undefined : firstDifference(one, other, consumerColumns);
}

/** Objects of texts and such objects; `undefined` and an absent member are the same. */
type Texts = { readonly [name: string]: string | Texts | undefined };
type Columns = { readonly [name: string]: FieldName | Columns };

function firstDifference(one: object, other: object, columns: object): FieldName | undefined {
  const texts = one as Texts;
  const others = other as Texts;
  for (const [name, column] of Object.entries(columns as Columns)) {
    const text = texts[name];
    const its = others[name];
    const difference =
      typeof column === 'string'
        ? text === its
          ? undefined
          : column
        : firstDifference((text ?? {}) as Texts, (its ?? {}) as Texts, column);
    if (difference !== undefined) return difference;
  }
  return undefined;
}
