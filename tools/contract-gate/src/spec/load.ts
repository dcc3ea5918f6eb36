import { basename, dirname } from 'node:path';

import { type Bundle, filesKey, loadBundle, references, requireOpenApi } from './bundle.ts';
import { SpecError } from './errors.ts';
import { type JsonObject, valueAt } from './json.ts';
import { parseSource } from './source.ts';

/** An OpenAPI document in one file, with the places of its parts: what code is generated from. */
export interface Spec extends Bundle {
  /** The folder of `specs/<name>/openapi.yaml`; otherwise the file's name without its ending. */
  readonly name: string;
}

/**
 * Reads one spec from a file, or from a git revision written as `main:specs/x/openapi.yaml`. Throws
 * `SpecError`.
 */
export async function loadSpec(file: string, cwd: string = process.cwd()): Promise<Spec> {
  return specOf(await loadBundle(file, cwd));
}

/** Parses YAML or JSON text. `file` is only used in messages and for the name. Throws `SpecError`. */
export function parseSpec(text: string, file: string): Spec {
  const source = requireOpenApi(parseSource(text, file));
  return specOf({ file, document: source.value as JsonObject, locate: source.locate });
}

function specOf(bundle: Bundle): Spec {
  for (const { ref, pointer } of references(bundle.document, [])) {
    const local = ref.startsWith('#') && !ref.startsWith(`#/${filesKey}/`);
    if (local && (!ref.startsWith('#/') || valueAt(bundle.document, ref) !== undefined)) continue;
    throw new SpecError(
      'spec-reference-broken',
      local ? `the reference ${ref} leads nowhere` : 'this reference leaves the file',
      {
        place: bundle.locate(pointer),
        hint: local
          ? 'Fix the reference, or add what it names.'
          : 'Bundle the document into one file first (`redocly bundle`).',
      },
    );
  }
  return { ...bundle, name: nameOf(bundle.file) };
}

/** The folder of an `openapi.yaml`, at a git revision too; otherwise the file's name without its ending. */
export function nameOf(file: string): string {
  const path = file.replace(/^[^:]{2,}:/, '');
  const stem = basename(path).replace(/\.(ya?ml|json)$/, '');
  return stem === 'openapi' ? basename(dirname(path)) : stem;
}
