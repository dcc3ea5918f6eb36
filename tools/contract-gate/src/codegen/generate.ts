import { readdir, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

import { loadSpec } from '../spec/load.ts';
import { showPlace } from '../spec/place.ts';
import { contractFiles, type GeneratedContract, header, tableOf } from './files.ts';
import { formats } from './formats.ts';
import type { ContractModel } from './model.ts';
import { Layout, type LayoutOptions } from './layout.ts';
import { Code, print } from './print.ts';
import { childrenOf } from './travel.ts';

/** Sources that are copied into generated code; this package ships them beside what is built of it. */
const template = fileURLToPath(new URL('../../src/codegen/template/', import.meta.url));

/** Generated files by their path, and what to tell about the specs. */
export interface Generated {
  readonly files: ReadonlyMap<string, string>;
  /**
   * One line for each keyword or pattern that nothing is judged by, and each operation that was renamed, with
   * its place.
   */
  readonly warnings: readonly string[];
}

/**
 * Generates all contracts: one set of files for each spec, the run-time part they share, and the root.
 * The same specs give the same bytes. Files are relative to `cwd`. Throws `SpecError`.
 */
export async function generateContracts(
  specFiles: readonly string[],
  cwd: string = process.cwd(),
  options?: LayoutOptions,
): Promise<Generated> {
  const layout = new Layout(options);
  const contracts: GeneratedContract[] = [];
  for (const file of specFiles)
    contracts.push(await contractFiles(await loadSpec(file, cwd), shown(file), layout));
  const source = contracts.map(({ model }) => shown(model.spec.file)).join(', ');
  return {
    files: new Map([
      ...(await runtimeFiles(contracts, layout)),
      ['index.ts', `${header(source)}${rootFile(contracts, layout)}`],
      ...contracts.flatMap(({ files }) => [...files]),
    ]),
    warnings: contracts.flatMap(({ model }) => [...warningsOf(model)]),
  };
}

function* warningsOf({ spec, schemas, operations }: ContractModel): Generator<string> {
  for (const { pointer, message } of schemas.notJudged)
    yield `${showPlace(spec.locate(pointer))}: ${message}; nothing is judged by it`;
  for (const { place } of operations) {
    const written = place.object.operationId;
    if (typeof written === 'string' && written !== place.id)
      yield `${showPlace(spec.locate(`${place.pointer}/operationId`))}: another operation has the operationId ${written} already; this one is called ${place.id}`;
  }
}

/** A path as it is written into a generated file: the same on every machine. */
function shown(file: string): string {
  return file.replaceAll('\\', '/').replace(/^.*?(?=specs\/)/, '');
}

async function runtimeFiles(
  contracts: readonly GeneratedContract[],
  layout: Layout,
): Promise<(readonly [string, string])[]> {
  const names = (await readdir(template))
    .filter((name) => name.endsWith('.ts') && name !== 'formats.ts')
    .sort();
  const copied = names.map(async (name) => {
    const text = layout.templateText(await readFile(`${template}${name}`, 'utf8'));
    return [`runtime/${name}`, `${header('its template')}${text}`] as const;
  });
  return [...(await Promise.all(copied)), ['runtime/formats.ts', formatsFile(contracts)]];
}

/** Only those formats that some schema names: their expressions are long. */
function formatsFile(contracts: readonly GeneratedContract[]): string {
  const used = new Set<string>();
  const waiting = contracts.flatMap(({ model }) => Object.values(tableOf(model)));
  for (let schema = waiting.pop(); schema !== undefined; schema = waiting.pop()) {
    if (typeof schema === 'boolean') continue;
    if (schema.format !== undefined) used.add(schema.format);
    waiting.push(...childrenOf(schema));
  }
  const table = Object.fromEntries(
    [...used].sort().map((name) => [name, new Code(String(formats[name]))] as const),
  );
  return `${header('its template')}/** The formats that are judged. */\nexport const formats: Readonly<Record<string, RegExp>> = ${print(table)};\n`;
}

function rootFile(contracts: readonly GeneratedContract[], layout: Layout): string {
  const runtime = layout.specifier('./runtime/index');
  return [
    `export type * from '${runtime}';\nexport { valuesAt } from '${runtime}';\n`,
    `/** Names of the contracts; each is a module of its own here. */\nexport const contracts = ${print(contracts.map(({ model }) => model.spec.name))} as const;\n`,
    '/** Every field, of any contract, that must never be shown, and what it holds. Redaction goes by these names. */',
    `export const sensitiveFields = ${print(sensitiveFields(contracts))} as const;\n`,
    '/** Name of a field that must never be shown. */\nexport type SensitiveField = keyof typeof sensitiveFields;\n',
    '/** Every field, of any contract, that holds a JWE. */',
    `export const encryptedFields = ${print(encryptedFields(contracts))} as const;\n`,
  ].join('\n');
}

function bodiesOf(contracts: readonly GeneratedContract[]) {
  return contracts
    .flatMap(({ model }) => model.operations)
    .flatMap(({ request, responses }) => [request, ...responses.map(([, body]) => body)])
    .filter((body) => body !== null);
}

function sensitiveFields(contracts: readonly GeneratedContract[]): Record<string, string> {
  const kinds = new Map<string, string>();
  for (const { model } of contracts) {
    for (const fields of model.sensitive.values())
      for (const [field, kind] of Object.entries(fields)) kinds.set(field, kind);
    for (const { place, sensitive } of model.operations.flatMap(({ parameters }) => parameters))
      if (sensitive !== null) kinds.set(place.name, sensitive);
  }
  for (const { pointer, kind } of bodiesOf(contracts).flatMap(({ sensitive }) => sensitive))
    if (fieldOf(pointer) !== '') kinds.set(fieldOf(pointer), kind);
  return Object.fromEntries([...kinds].sort(([left], [right]) => (left < right ? -1 : 1)));
}

function encryptedFields(contracts: readonly GeneratedContract[]): string[] {
  const places = bodiesOf(contracts).flatMap(({ encrypted }) => encrypted);
  return [...new Set(places.map(({ pointer }) => fieldOf(pointer)))].sort();
}

/** The last named segment of a pointer: the name of the field that holds the value, or the list of values. */
function fieldOf(pointer: string): string {
  return pointer.split('/').findLast((segment) => segment !== '*' && !/^\d+$/.test(segment)) ?? '';
}
