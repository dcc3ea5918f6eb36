/** A document that is edited in place, as a person would edit the file. */
export type Draft = Record<string, unknown>;

function at(draft: unknown, ...path: readonly string[]): Draft {
  const found = path.reduce<unknown>((value, key) => (value as Draft | undefined)?.[key], draft);
  if (typeof found !== 'object' || found === null)
    throw new Error(`the contract has nothing at ${path.join(' / ')}`);
  return found as Draft;
}

/** A schema of the draft by its name, or a part of it. */
export const schema = (draft: Draft, name: string, ...rest: readonly string[]): Draft =>
  at(draft, 'components', 'schemas', name, ...rest);
/** The operation that most changes hit. */
export const batch = 'POST /cards/batch';

/** A change of the contract, and what must be found. */
export interface Change {
  readonly name: string;
  readonly edit: (draft: Draft) => void;
  /**
   * The finding that must be there; for a change that means the same, the one that clears it, if any word
   * differs.
   */
  readonly kind: string;
  readonly where: RegExp;
  readonly hits: readonly string[];
  /** Without a value: the structure alone proves it. */
  readonly witness: boolean;
}

/** Changes on the wire. */
export const wire: readonly Change[] = [
  {
    name: 'a path removed',
    edit: (draft) => {
      delete at(draft, 'paths')['/profiles'];
    },
    kind: 'path-removed',
    where: /operation/,
    hits: ['DELETE /profiles'],
    witness: true,
  },
  {
    name: 'a field of an answer removed',
    edit: (draft) => {
      delete schema(draft, 'BatchReceipt', 'properties')['srcCorrelationId'];
    },
    kind: 'property-removed',
    where: /response 202 body \/srcCorrelationId/,
    hits: [batch],
    witness: true,
  },
  {
    name: 'a request field became required',
    edit: (draft) => {
      schema(draft, 'BatchEnrollRequest')['required'] = [
        'srcClientId',
        'serviceId',
        'externalBatchId',
        'encryptedEnrollmentData',
        'srcCorrelationId',
      ];
    },
    kind: 'required',
    where: /body \/srcCorrelationId/,
    hits: [batch],
    witness: true,
  },
  {
    name: 'a value of a request enum removed',
    edit: (draft) => {
      at(draft, 'paths', '/cards/{cardId}', 'delete', 'parameters', '3', 'schema')['enum'] = [
        'SUSPECTED_FRAUD',
        'OTHER',
      ];
    },
    kind: 'enum',
    where: /query reason/,
    hits: ['DELETE /cards/{cardId}'],
    witness: true,
  },
  {
    name: 'a type of an answer changed',
    edit: (draft) => {
      schema(draft, 'BatchStatus', 'properties', 'batchStartTime')['type'] = 'integer';
    },
    kind: 'type',
    where: /response 200 body \/batchStartTime/,
    hits: ['GET /cards/batch/{batchId}'],
    witness: true,
  },
  {
    name: 'a maximum length lowered',
    edit: (draft) => {
      schema(draft, 'ExternalId')['maxLength'] = 5;
    },
    kind: 'max-length',
    where: /externalBatchId|externalConsumerId|externalCardId/,
    hits: [batch],
    witness: true,
  },
  {
    name: 'a pattern set',
    edit: (draft) => {
      schema(draft, 'ExternalId')['pattern'] = '^[A-Z]+$';
    },
    kind: 'pattern',
    where: /external/,
    hits: [batch],
    witness: true,
  },
  {
    name: 'a success status replaced',
    edit: (draft) => {
      const all = at(draft, 'paths', '/cards/batch', 'post', 'responses');
      all['200'] = all['202'];
      delete all['202'];
    },
    kind: 'status-removed',
    where: /response 202/,
    hits: [batch],
    witness: false,
  },
  {
    name: 'a required header added',
    edit: (draft) => {
      (at(draft, 'paths', '/cards/batch', 'post')['parameters'] as unknown[]).push({
        name: 'X-Programme',
        in: 'header',
        required: true,
        schema: { type: 'string' },
      });
    },
    kind: 'parameter-added',
    where: /header X-Programme/,
    hits: [batch],
    witness: true,
  },
  {
    name: 'an answer may be null',
    edit: (draft) => {
      schema(draft, 'BatchReceipt', 'properties', 'batchId')['type'] = ['string', 'null'];
    },
    kind: 'type',
    where: /response 202 body \/batchId/,
    hits: [batch],
    witness: true,
  },
  {
    name: 'a request closed',
    edit: (draft) => {
      schema(draft, 'BatchEnrollRequest')['additionalProperties'] = false;
    },
    kind: 'additional-properties',
    where: /body/,
    hits: [batch],
    witness: true,
  },
  {
    name: 'another security scheme',
    edit: (draft) => {
      at(draft, 'components', 'securitySchemes', 'oauth1')['scheme'] = 'bearer';
    },
    kind: 'security-removed',
    where: /security/,
    hits: [batch, 'GET /cards/{cardId}'],
    witness: true,
  },
];

/** Changes inside what travels encrypted. */
export const sealed: readonly Change[] = [
  {
    name: 'a new required field in EnrollmentData',
    edit: (draft) => {
      const data = schema(draft, 'EnrollmentData');
      at(data, 'properties')['programme'] = { type: 'string' };
      data['required'] = ['consumers', 'programme'];
    },
    kind: 'required',
    where: /body \/encryptedEnrollmentData\/programme$/,
    hits: [batch],
    witness: true,
  },
  {
    name: 'fewer consumers allowed',
    edit: (draft) => {
      schema(draft, 'EnrollmentData', 'properties', 'consumers')['maxItems'] = 1;
    },
    kind: 'max-items',
    where: /body \/encryptedEnrollmentData\/consumers$/,
    hits: [batch],
    witness: true,
  },
  {
    name: 'the name on the card became required',
    edit: (draft) => {
      (schema(draft, 'EnrollmentCard')['required'] as string[]).push('cardholderFullName');
    },
    kind: 'required',
    where: /\/encryptedEnrollmentData\/consumers\/\*\/cards\/\*\/cardholderFullName$/,
    hits: [batch],
    witness: true,
  },
  {
    name: 'card numbers of sixteen digits only',
    edit: (draft) => {
      schema(draft, 'PrimaryAccountNumber')['pattern'] = '^[0-9]{16}$';
      schema(draft, 'PrimaryAccountNumber')['minLength'] = 16;
    },
    kind: 'min-length',
    where: /primaryAccountNumber$/,
    hits: [batch],
    witness: true,
  },
];

/** Changes that mean the same. */
export const same: readonly Omit<Change, 'hits' | 'witness'>[] = [
  {
    name: 'a schema wrapped in a one-item allOf',
    edit: (draft) => {
      const schemas = at(draft, 'components', 'schemas');
      schemas['BatchReceipt'] = { allOf: [schemas['BatchReceipt']] };
    },
    kind: 'same-meaning',
    where: /response 202 body/,
  },
  {
    name: 'a parameter moved from the operation to its path',
    edit: (draft) => {
      const item = at(draft, 'paths', '/cards/batch');
      item['parameters'] = at(item, 'post')['parameters'];
      delete at(item, 'post')['parameters'];
    },
    kind: '',
    where: /^$/,
  },
  {
    name: 'required fields and enum values in another order',
    edit: (draft) => {
      (schema(draft, 'BatchEnrollRequest')['required'] as string[]).reverse();
      (schema(draft, 'BatchStatus', 'properties', 'status')['enum'] as string[]).reverse();
    },
    kind: '',
    where: /^$/,
  },
  {
    name: 'other words and a part of it inlined',
    edit: (draft) => {
      schema(draft, 'EnrollmentData')['description'] = 'other words';
      at(draft, 'components', 'schemas', 'EnrollmentConsumer', 'properties', 'cards')['items'] =
        structuredClone(schema(draft, 'EnrollmentCard'));
    },
    kind: '',
    where: /^$/,
  },
];
