import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';

import { diffContracts } from '../../src/diff/diff.ts';
import { breaks, type ContractFinding } from '../../src/diff/finding.ts';
import { loadBundle } from '../../src/spec/bundle.ts';
import type { JsonObject } from '../../src/spec/json.ts';

/** Twenty changes of our own contract: twelve on the wire, four inside what travels encrypted, four that change nothing. */

const spec = await loadBundle(
  'specs/click-to-pay-enrollment/openapi.yaml',
  resolve(import.meta.dirname, '../../../..'),
);

// The document is edited in place, as a person would edit the file.
type Draft = Record<string, unknown>;

function at(draft: unknown, ...path: readonly string[]): Draft {
  const found = path.reduce<unknown>((value, key) => (value as Draft | undefined)?.[key], draft);
  if (typeof found !== 'object' || found === null)
    throw new Error(`the contract has nothing at ${path.join(' / ')}`);
  return found as Draft;
}

const schema = (draft: Draft, name: string, ...rest: readonly string[]): Draft =>
  at(draft, 'components', 'schemas', name, ...rest);
const batch = 'POST /cards/batch';

interface Change {
  readonly name: string;
  readonly edit: (draft: Draft) => void;
  /** The finding that must be there; for a change that means the same, the one that clears it, if any word differs. */
  readonly kind: string;
  readonly where: RegExp;
  readonly hits: readonly string[];
  /** Without a value: the structure alone proves it. */
  readonly witness: boolean;
}

const wire: readonly Change[] = [
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

const sealed: readonly Change[] = [
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

const same: readonly Omit<Change, 'hits' | 'witness'>[] = [
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

function changed(edit: (draft: Draft) => void): readonly ContractFinding[] {
  const draft = structuredClone(spec.document) as Draft;
  edit(draft);
  return diffContracts(spec.document, draft as JsonObject);
}

describe('a change of our own contract', () => {
  it.each([...wire, ...sealed])('breaks: $name', ({ edit, kind, where, hits, witness }) => {
    const broken = changed(edit).filter(breaks);
    const finding = broken.find((one) => one.kind === kind && where.test(one.where));
    expect(finding, JSON.stringify(broken.map((one) => [one.kind, one.where, one.message]))).toBeDefined();
    expect(finding?.operations).toEqual(expect.arrayContaining([...hits]));
    expect(finding?.witness === undefined).toBe(!witness);
  });

  it.each(same)('means the same: $name', ({ edit, kind, where }) => {
    const findings = changed(edit);
    expect(findings.filter(breaks)).toEqual([]);
    const cleared = findings.filter(({ clearedBecause }) => clearedBecause !== undefined);
    expect(cleared.map((finding) => finding.kind)).toEqual(kind === '' ? [] : cleared.map(() => kind));
    expect(cleared.some((finding) => where.test(finding.where))).toBe(kind !== '');
  });

  it('makes its values up: nothing that an example or a default of a sensitive field says is shown', () => {
    const known = '5555555555554444';
    const before = structuredClone(spec.document) as Draft;
    Object.assign(schema(before, 'PrimaryAccountNumber'), { example: known, examples: [known] });
    const after = structuredClone(before);
    schema(after, 'PrimaryAccountNumber')['pattern'] = '^[0-9]{19}$';
    const findings = diffContracts(before as JsonObject, after as JsonObject);
    expect(findings.filter(breaks).length).toBeGreaterThan(0);
    expect(JSON.stringify(findings)).not.toContain(known);
  });

  it('names only the operations that a change inside the JWE hits', () => {
    const findings = changed((draft) => {
      schema(draft, 'EnrollmentData', 'properties', 'consumers')['maxItems'] = 1;
    }).filter(breaks);
    expect(findings.map(({ operations }) => operations)).toEqual([
      [batch, 'POST /cards/batch/pre-provisioning'],
    ]);
  });
});
