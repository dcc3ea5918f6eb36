import { join } from 'node:path';

import ts from 'typescript';

import { defaultLayout, type LayoutOptions } from '../../src/codegen/layout.ts';
import type { Validator } from '../../src/codegen/template/index.ts';
import { generateContracts, writeFiles } from '../../src/index.ts';
import type { Json } from '../../src/spec/json.ts';
import { workspace } from '../workspace.ts';

/**
 * Generates the document and compiles what came out as a strict project would, with one more file of its own.
 */
export async function compiled(
  document: Json,
  { layout = defaultLayout, own = '' }: { layout?: LayoutOptions; own?: string } = {},
): Promise<{ cwd: string; faults: string[] }> {
  const cwd = workspace({ 'specs/any/openapi.yaml': JSON.stringify(document), 'src/own.ts': own });
  const { files } = await generateContracts(['specs/any/openapi.yaml'], cwd, layout);
  await writeFiles(join(cwd, 'out'), files);
  const roots = [...files.keys()].map((file) => join(cwd, 'out', file)).concat(join(cwd, 'src/own.ts'));
  return { cwd, faults: compilerFaults(roots, layout) };
}

/** What the compiler of a strict project says about files, with imports as the layout has them. */
export function compilerFaults(files: readonly string[], { importExtension } = defaultLayout): string[] {
  const options: ts.CompilerOptions = {
    strict: true,
    noEmit: true,
    exactOptionalPropertyTypes: true,
    noUncheckedIndexedAccess: true,
    target: ts.ScriptTarget.ES2022,
    lib: ['lib.es2022.d.ts'],
    types: [],
    ...(importExtension === '.ts'
      ? { module: ts.ModuleKind.NodeNext, allowImportingTsExtensions: true }
      : { module: ts.ModuleKind.ESNext, moduleResolution: ts.ModuleResolutionKind.Bundler }),
  };
  return ts
    .getPreEmitDiagnostics(ts.createProgram(files, options))
    .map(({ file, messageText }) =>
      [file?.fileName, ts.flattenDiagnosticMessageText(messageText, '\n')].filter(Boolean).join(': '),
    );
}

/** The generated validator of a name. */
export async function validatorOf(cwd: string, name: string): Promise<Validator> {
  const module = (await import(join(cwd, 'out/any/index.ts'))) as Readonly<Record<string, Validator>>;
  const found = module[name];
  if (found === undefined) throw new Error(`there is no ${name}`);
  return found;
}
