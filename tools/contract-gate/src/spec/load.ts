import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { basename, dirname, resolve } from 'node:path';
import { promisify } from 'node:util';

import { SpecError } from './errors.ts';
import { asString, isArray, isObject, type Json, type JsonObject, pointerOf, valueAt } from './json.ts';
import { parseSource, type Source } from './source.ts';

/** An OpenAPI document in memory, with the places of its parts. */
export interface Spec extends Source {
  /** The folder of `specs/<name>/openapi.yaml`; otherwise the file's name without its ending. */
  readonly name: string;
  readonly document: JsonObject;
}

const supported = /^3\.[0-2]\.\d+/;

/** Reads and parses one spec; `file` is relative to `cwd`. Throws `SpecError`. */
export async function loadSpec(file: string, cwd: string = process.cwd()): Promise<Spec> {
  let text: string;
  try {
    text = await readFile(resolve(cwd, file), 'utf8');
  } catch (cause) {
    throw new SpecError('SPEC_NOT_FOUND', `cannot read the spec ${file}`, { cause, hint: 'Name an OpenAPI file, or run where specs/*/openapi.yaml is.' });
  }
  return parseSpec(text, file);
}

/** Reads a file, or a file at a git revision written as `main:specs/x/openapi.yaml`. Throws `SpecError`. */
export async function loadRevision(name: string, cwd: string = process.cwd()): Promise<Spec> {
  const revision = /^[^:]{2,}:.+$/.exec(name);
  if (revision === null) return loadSpec(name, cwd);
  try {
    const { stdout } = await promisify(execFile)('git', ['show', '--end-of-options', name], { cwd, maxBuffer: 256 * 2 ** 20 });
    return parseSpec(stdout, name);
  } catch (cause) {
    if (cause instanceof SpecError) throw cause;
    throw new SpecError('SPEC_NOT_FOUND', `git has no ${name}`, { cause, hint: 'Write <revision>:<path from the root of the repository>; in CI, fetch the base branch first.' });
  }
}

/** Parses YAML or JSON text. `file` is only used in messages and for the name. Throws `SpecError`. */
export function parseSpec(text: string, file: string): Spec {
  const source = parseSource(text, file);
  const spec: Spec = { ...source, name: nameOf(file), document: requireOpenApi(source) };
  requireVersion(spec);
  requireReferences(spec);
  return spec;
}

function nameOf(file: string): string {
  const stem = basename(file).replace(/\.(ya?ml|json)$/, '');
  return stem === 'openapi' ? basename(dirname(file)) : stem;
}

function requireOpenApi({ value, locate }: Source): JsonObject {
  if (isObject(value) && ('openapi' in value || 'swagger' in value)) return value;
  throw new SpecError('SPEC_NOT_OPENAPI', 'not an OpenAPI document: there is no `openapi` at its root', {
    place: locate(''),
    hint: 'The first line of an OpenAPI file is like `openapi: 3.1.0`.',
  });
}

function requireVersion(spec: Spec): void {
  const version = asString(spec.document.openapi);
  if (version !== undefined && supported.test(version)) return;
  const found = version === undefined ? 'another kind of document (`swagger`, or a version that is not text)' : `version ${version}`;
  throw new SpecError('SPEC_VERSION_UNSUPPORTED', `OpenAPI 3.0, 3.1 or 3.2 is needed, found ${found}`, {
    place: spec.locate(version === undefined ? '' : '/openapi'),
    hint: 'Convert a Swagger 2 document first; quote the version in YAML.',
  });
}

/** Every `$ref` must lead somewhere inside the document; one that leaves it must be bundled first. */
function requireReferences(spec: Spec): void {
  for (const { ref, pointer } of references(spec.document, [])) {
    const local = ref.startsWith('#');
    if (local && valueAt(spec.document, ref) !== undefined) continue;
    throw new SpecError('SPEC_REFERENCE_BROKEN', local ? `the reference ${ref} leads nowhere` : `the reference ${ref} leaves the file`, {
      place: spec.locate(pointer),
      hint: local ? 'Mend the reference, or add what it names.' : 'Bundle the document into one file first (`redocly bundle`).',
    });
  }
}

/** Keys whose content is data, where a `$ref` is just a word; below a map of names they are names. */
const data = new Set(['example', 'examples', 'default', 'const', 'enum', 'value']);
const maps = new Set(['properties', 'schemas', 'patternProperties', '$defs', 'dependentSchemas']);

function* references(value: Json, path: readonly string[]): Generator<{ ref: string; pointer: string }> {
  if (isArray(value)) {
    for (const [index, item] of value.entries()) yield* references(item, [...path, String(index)]);
  } else if (isObject(value)) {
    const named = maps.has(path.at(-1) ?? '');
    const ref = named ? undefined : asString(value.$ref);
    if (ref !== undefined) yield { ref, pointer: pointerOf([...path, '$ref']) };
    for (const [key, child] of Object.entries(value)) {
      if (named || !data.has(key)) yield* references(child, [...path, key]);
    }
  }
}
