import { basename, dirname } from 'node:path';

import { type Bundle, loadBundle, requireOpenApi } from './bundle.ts';
import { SpecError } from './errors.ts';
import type { JsonObject } from './json.ts';
import { brokenReference } from './references.ts';
import { parseSource } from './source.ts';

/** An OpenAPI document with everything it refers to: what code is generated from. */
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
  const document = source.value as JsonObject;
  const broken = brokenReference(document);
  if (broken === undefined) return specOf({ file, document, locate: source.locate });
  const isLocal = broken.ref.startsWith('#');
  throw new SpecError(
    'spec-reference-broken',
    isLocal ? `the reference ${broken.ref} leads nowhere` : 'this reference leaves the file',
    {
      place: source.locate(broken.pointer),
      hint: isLocal
        ? 'Fix the reference, or add what it names.'
        : 'A text alone has no neighbours: read the document from its file, or bundle it first.',
    },
  );
}

function specOf(bundle: Bundle): Spec {
  return { ...bundle, name: nameOf(bundle.file) };
}

/** The folder of an `openapi.yaml`, at a git revision too; otherwise the file's name without its ending. */
export function nameOf(file: string): string {
  const path = file.replace(/^[^:]{2,}:/, '');
  const stem = basename(path).replace(/\.(ya?ml|json)$/, '');
  return stem === 'openapi' ? basename(dirname(path)) : stem;
}
