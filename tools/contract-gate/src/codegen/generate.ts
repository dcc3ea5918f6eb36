import { readFile } from 'node:fs/promises';

import { loadSpec } from '../spec/load.ts';
import { contractFiles, type GeneratedContract, header } from './files.ts';
import { print } from './print.ts';

const template = new URL('../../src/codegen/template/runtime.ts', import.meta.url);

/**
 * Generates all contracts: one folder for each spec, the run-time part they share, and the root.
 * The same specs give the same bytes. Files are relative to `cwd`. Throws `SpecError`.
 */
export async function generateContracts(
  specFiles: readonly string[],
  cwd: string = process.cwd(),
): Promise<Map<string, string>> {
  const contracts: GeneratedContract[] = [];
  for (const file of specFiles) contracts.push(await contractFiles(await loadSpec(file, cwd), shown(file)));
  const source = contracts.map(({ model }) => shown(model.spec.file)).join(', ');
  return new Map([
    ['runtime.ts', `${header('its template')}${await readFile(template, 'utf8')}`],
    ['index.ts', `${header(source)}${rootFile(contracts)}`],
    ...contracts.flatMap(({ files }) => [...files]),
  ]);
}

/** A path as it is written into a generated file: the same on every machine. */
function shown(file: string): string {
  return file.replaceAll('\\', '/').replace(/^.*?(?=specs\/)/, '');
}

function rootFile(contracts: readonly GeneratedContract[]): string {
  const kinds = new Map<string, string>();
  for (const { model } of contracts) {
    for (const fields of model.sensitive.values())
      for (const [field, kind] of Object.entries(fields)) kinds.set(field, kind);
    const bodies = model.operations.flatMap(({ request, responses }) => [
      request,
      ...responses.map(([, answer]) => answer),
    ]);
    for (const { pointer, kind } of bodies.flatMap((body) => body?.sensitive ?? []))
      if (fieldOf(pointer) !== '') kinds.set(fieldOf(pointer), kind);
    for (const { place, sensitive } of model.operations.flatMap(({ parameters }) => parameters))
      if (sensitive !== null) kinds.set(place.name, sensitive);
  }
  const fields = [...kinds].sort(([left], [right]) => (left < right ? -1 : 1));
  return [
    "export type * from './runtime.ts';\nexport { valuesAt } from './runtime.ts';\n",
    `/** Names of the contracts; each is a subpath of this package. */\nexport const contracts = ${print(contracts.map(({ model }) => model.spec.name))} as const;\n`,
    '/** Every field, of any contract, that must never be shown, and what it holds. Redaction goes by these names. */',
    `export const sensitiveFields = ${print(Object.fromEntries(fields))} as const;\n`,
    '/** Name of a field that must never be shown. */\nexport type SensitiveField = keyof typeof sensitiveFields;\n',
    '/** Every field, of any contract, that holds a JWE. */',
    `export const encryptedFields = ${print(encryptedFields(contracts))} as const;\n`,
  ].join('\n');
}

function encryptedFields(contracts: readonly GeneratedContract[]): string[] {
  const places = contracts
    .flatMap(({ model }) => model.operations)
    .flatMap(({ request, responses }) => [request, ...responses.map(([, body]) => body)]);
  return [
    ...new Set(places.flatMap((body) => (body?.encrypted ?? []).map(({ pointer }) => fieldOf(pointer)))),
  ].sort();
}

/** The last named segment of a pointer: the name of the field that holds the value, or the list of values. */
function fieldOf(pointer: string): string {
  return pointer.split('/').findLast((segment) => segment !== '*' && !/^\d+$/.test(segment)) ?? '';
}
