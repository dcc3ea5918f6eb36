import type { FieldName } from './raw-record.ts';
import type { Consumer, EnrollmentRecord, RecordKey } from './record.ts';

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

/** The group of each text of a record, its key apart. A change here is a new version of the digests. */
const groupOfText: PerText<Omit<EnrollmentRecord, keyof RecordKey>, FieldGroup> = {
  consumer: {
    firstName: 'name',
    lastName: 'name',
    email: 'contact',
    mobile: { countryCode: 'contact', number: 'contact' },
    countryCode: 'contact',
    languageCode: 'contact',
    compliance: {
      privacy: { acceptedVersion: 'consent', latestVersion: 'consent', latestVersionUri: 'consent' },
      terms: { acceptedVersion: 'consent', latestVersion: 'consent', latestVersionUri: 'consent' },
    },
  },
  card: {
    pan: 'card',
    expiryMonth: 'expiry',
    expiryYear: 'expiry',
    cardholderName: 'name',
    billingAddress: {
      line1: 'address',
      line2: 'address',
      line3: 'address',
      city: 'address',
      state: 'address',
      postalCode: 'address',
      countryCode: 'address',
    },
  },
};

/** A member that a table names: what the table says of a text, or the members of an object. */
type Member = { readonly name: string } & (
  | { readonly group: number }
  | { readonly members: readonly Member[] }
);

function membersOf(table: object): readonly Member[] {
  return Object.entries(table).map(([name, value]: [string, unknown]) =>
    typeof value === 'string'
      ? { name, group: fieldGroups.indexOf(value as FieldGroup) }
      : { name, members: membersOf(value as object) },
  );
}

const consumerMembers = membersOf(groupOfText.consumer);
const cardMembers = membersOf(groupOfText.card);

/** What is digested of a record. */
export interface DigestTexts {
  /** One text for each group, in the order of {@link fieldGroups}. */
  readonly groups: readonly string[];
  /** Everything that must be the same in every row of a consumer. */
  readonly identity: string;
}

/**
 * The texts of a record, put together for its digests. Each stands behind its length, and one that is
 * absent differs from an empty one, so that two records have the same texts exactly when they say the same.
 * An e-mail address is one whatever its letters' case.
 */
export function digestTexts({ consumer, card }: EnrollmentRecord): DigestTexts {
  const groups = fieldGroups.map(() => '');
  addTexts(consumer, consumerMembers, groups);
  const identity = groups.join('');
  addTexts(card, cardMembers, groups);
  return { groups, identity };
}

/** Adds the texts of an object to those of their groups. */
function addTexts(object: object | undefined, members: readonly Member[], groups: string[]): void {
  for (let index = 0; index < members.length; index++) {
    const member = members[index] as Member;
    const value = (object as Readonly<Record<string, unknown>> | undefined)?.[member.name];
    if ('members' in member) addTexts(value as object | undefined, member.members, groups);
    else
      groups[member.group] += measured(
        member.name === 'email' ? mailbox(value as string) : (value as string | undefined),
      );
  }
}

/** A text behind its length: what follows it cannot be taken for a part of it. */
export function measured(text: string | undefined): string {
  return text === undefined ? '-' : `${text.length}:${text}`;
}
