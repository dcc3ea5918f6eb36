import { maskCardNumbers, maskPan } from '@enrollkit/base';
import { sensitiveFields, type SensitiveField, type SensitiveKind } from '@enrollkit/contract';
import type { BatchState, FieldName, IntakeState, RecordState } from '@enrollkit/enrollment';

/**
 * The fields of a row that have another name in the contract. A field of the same name needs no line here.
 */
const contractName: { readonly [Name in FieldName]?: SensitiveField } = {
  pan: 'primaryAccountNumber',
  expiry: 'panExpirationYear',
  expiryMonth: 'panExpirationMonth',
  expiryYear: 'panExpirationYear',
  cardholderName: 'cardholderFullName',
  email: 'emailAddress',
  mobile: 'phoneNumber',
  addressLine1: 'line1',
  addressLine2: 'line2',
  addressLine3: 'line3',
  postalCode: 'zip',
};

/**
 * An address has a `state`, and so have our own intakes, batches and records: these words are no part of an
 * address.
 */
const ownStates = {
  reading: true,
  ready: true,
  sealed: true,
  submitting: true,
  submitted: true,
  unknown: true,
  settled: true,
  batched: true,
  enrolled: true,
  refused: true,
  abandoned: true,
} as const satisfies Record<IntakeState | BatchState | RecordState, true>;

/**
 * A copy of a JSON value without what the contract marks `x-sensitive`, at any depth and by the name of the
 * field: a card number is masked, anything else becomes its kind in brackets (`[name]`). Newly marked fields
 * are in the generated table. Texts elsewhere are kept; `maskTexts` masks the card numbers in them.
 */
export function hideSensitive<T extends object>(value: T, { maskTexts }: { readonly maskTexts: boolean }): T {
  return JSON.parse(
    JSON.stringify(value, (name, inner: unknown) => {
      const kind = kindOf(name);
      if (kind !== undefined && !isOurs(name, inner)) return hidden(inner, kind);
      return maskTexts && typeof inner === 'string' ? maskCardNumbers(inner) : inner;
    }),
  ) as T;
}

function kindOf(name: string): SensitiveKind | undefined {
  const kinds: Readonly<Record<string, SensitiveKind>> = sensitiveFields;
  const names: Readonly<Record<string, string | undefined>> = contractName;
  const known = Object.hasOwn(names, name) ? (names[name] ?? name) : name;
  return Object.hasOwn(kinds, known) ? kinds[known] : undefined;
}

function isOurs(name: string, value: unknown): boolean {
  return name === 'state' && typeof value === 'string' && Object.hasOwn(ownStates, value);
}

function hidden(value: unknown, kind: SensitiveKind): unknown {
  if (value === null || value === undefined || value === '' || typeof value === 'boolean') return value;
  return kind === 'pan' && typeof value === 'string' ? maskPan(value) : `[${kind}]`;
}
