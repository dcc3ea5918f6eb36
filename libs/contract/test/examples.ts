import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';

import type { Operation, Validator } from '../src/index.ts';
import * as clickToPayEnrollment from '../src/click-to-pay-enrollment/index.ts';
import * as credentialDirectory from '../src/credential-directory/index.ts';
import * as runner from '../src/runner/index.ts';

/** The generated contracts by the name of their spec. */
export const contracts: Readonly<Record<string, object>> = {
  'click-to-pay-enrollment': clickToPayEnrollment,
  'credential-directory': credentialDirectory,
  runner,
};

const specs = join(import.meta.dirname, '../../../specs');

export interface Example {
  readonly name: string;
  readonly content: unknown;
  readonly validate: Validator;
}

/** Every example of one kind beside one spec, with the generated validator that its name asks for. */
export function examples(spec: string, kind: 'valid' | 'invalid'): Example[] {
  const folder = join(specs, spec, 'examples', kind);
  return readdirSync(folder)
    .sort()
    .map((file) => ({
      name: basename(file, '.json'),
      content: JSON.parse(readFileSync(join(folder, file), 'utf8')) as unknown,
      validate: validatorFor(spec, file),
    }));
}

function validatorFor(spec: string, file: string): Validator {
  const contract = contracts[spec] as { readonly operations: Readonly<Record<string, Operation>> } & Readonly<
    Record<string, Validator>
  >;
  const [first = '', second = ''] = file.split('.');
  const operation = contract.operations[first];
  const body = second === 'request' ? operation?.request : operation?.responses[second];
  const found = body?.validate ?? contract[`validate${first}`] ?? contract[`validate${first}Answer`];
  if (found === undefined) throw new Error(`no validator for the example ${file} of ${spec}`);
  return found;
}
