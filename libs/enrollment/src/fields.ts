import type { FieldName } from './raw-record.ts';
import type { Address, Card, Compliance, Consent, Consumer, EnrollmentRecord, Mobile } from './record.ts';

/**
 * One value for every text in `T`, however deep. Tables of this type are complete: a member that is added to
 * `T` and forgotten in a table does not compile.
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

/** One text of a consumer, in a form that is the same exactly when it says the same. */
export interface ConsumerText {
  readonly column: FieldName;
  readonly of: (consumer: Consumer) => string | undefined;
}

function textsOf(columns: object, path: readonly string[] = []): readonly ConsumerText[] {
  return Object.entries(columns as Columns).flatMap(([name, column]) => {
    const way = [...path, name];
    if (typeof column !== 'string') return textsOf(column, way);
    const of = (consumer: object): string | undefined => {
      let value: string | Texts | undefined = consumer as Texts;
      for (const step of way) value = (value as Texts | undefined)?.[step];
      return value as string | undefined;
    };
    return [{ column, of: column === 'email' ? (consumer) => mailbox(consumer.email) : of }];
  });
}

/**
 * Every text of a consumer, with its column, in the order in which {@link consumerDifference} compares
 * them.
 */
export const consumerTexts: readonly ConsumerText[] = textsOf(consumerColumns);

/**
 * The first column in which two rows of one consumer differ; undefined when they say the same. The case of an
 * e-mail address says nothing.
 */
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
        ? text === its || (column === 'email' && isSameEmail(text, its))
          ? undefined
          : column
        : firstDifference((text ?? {}) as Texts, (its ?? {}) as Texts, column);
    if (difference !== undefined) return difference;
  }
  return undefined;
}

function isSameEmail(one: Texts[string], other: Texts[string]): boolean {
  return typeof one === 'string' && typeof other === 'string' && mailbox(one) === mailbox(other);
}

/** An e-mail address as mailboxes take it: whether letters are capitals decides nothing. */
export function mailbox(email: string): string {
  return email.toLowerCase();
}

/** Groups of fields whose change is reported as one, in the order of their digests. */
export const fieldGroups = ['card', 'expiry', 'name', 'contact', 'address', 'consent'] as const;

/** One of {@link fieldGroups}. */
export type FieldGroup = (typeof fieldGroups)[number];

/** What is digested of a record. */
export interface DigestTexts {
  readonly groups: Readonly<Record<FieldGroup, string>>;
  /** Everything that must be the same in every row of a consumer. */
  readonly identity: string;
}

/**
 * The texts of a record, put together for its digests. Each stands behind its length, and one that is
 * absent differs from an empty one, so that two records have the same texts exactly when they say the same.
 * An e-mail address is one whatever its letters' case. A change here is a new version of the digests.
 */
export function digestTexts({ consumer, card }: EnrollmentRecord): DigestTexts {
  const {
    firstName,
    lastName,
    email,
    mobile,
    countryCode,
    languageCode,
    compliance,
  }: AllOf<
    Consumer,
    'firstName' | 'lastName' | 'email' | 'mobile' | 'countryCode' | 'languageCode' | 'compliance'
  > = consumer;
  const {
    pan,
    expiryMonth,
    expiryYear,
    cardholderName,
    billingAddress,
  }: AllOf<Card, 'pan' | 'expiryMonth' | 'expiryYear' | 'cardholderName' | 'billingAddress'> = card;
  const name = `${measured(firstName)}${measured(lastName)}`;
  const locale = `${measured(countryCode)}${measured(languageCode)}`;
  const contact = `${measured(mailbox(email))}${mobileText(mobile)}${locale}`;
  const consent = complianceText(compliance);
  return {
    groups: {
      card: measured(pan),
      expiry: `${measured(expiryMonth)}${measured(expiryYear)}`,
      name: `${name}${measured(cardholderName)}`,
      contact,
      address: addressText(billingAddress),
      consent,
    },
    identity: `${name}${contact}${consent}`,
  };
}

/**
 * `T`, where these are the names of all its members: one that is added to `T` and not named does not compile,
 * and the compiler says which. Unlike `...rest` it costs nothing, and this runs for every row.
 */
type AllOf<T, Names extends keyof T> =
  Exclude<keyof T, Names> extends never ? T : { readonly forgotten: Exclude<keyof T, Names> };

function mobileText({ countryCode, number }: AllOf<Mobile, 'countryCode' | 'number'>): string {
  return `${measured(countryCode)}${measured(number)}`;
}

function complianceText(compliance: AllOf<Compliance, 'privacy' | 'terms'> | undefined): string {
  return `${consentText(compliance?.privacy)}${consentText(compliance?.terms)}`;
}

function consentText(
  consent: AllOf<Consent, 'acceptedVersion' | 'latestVersion' | 'latestVersionUri'> | undefined,
): string {
  const accepted = measured(consent?.acceptedVersion);
  return `${accepted}${measured(consent?.latestVersion)}${measured(consent?.latestVersionUri)}`;
}

function addressText({
  line1,
  line2,
  line3,
  city,
  state,
  postalCode,
  countryCode,
}: AllOf<Address, 'line1' | 'line2' | 'line3' | 'city' | 'state' | 'postalCode' | 'countryCode'>): string {
  const street = `${measured(line1)}${measured(line2)}${measured(line3)}`;
  return `${street}${measured(city)}${measured(state)}${measured(postalCode)}${measured(countryCode)}`;
}

/** A text behind its length: what follows it cannot be taken for a part of it. */
export function measured(text: string | undefined): string {
  return text === undefined ? '-' : `${text.length}:${text}`;
}
