import { readFile } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { type Document, isMap, isNode, isScalar, LineCounter, parseDocument } from 'yaml';

import { SpecError } from './errors.ts';
import { asString, isObject, type Json, type JsonObject, pointerOf, segmentsOf, valueAt } from './json.ts';
import type { Place } from './place.ts';

/** An OpenAPI document in memory, with the places of its parts. */
export interface Spec {
  /** The folder of `specs/<name>/openapi.yaml`; otherwise the file's name without its ending. */
  readonly name: string;
  /** As it was given, for messages. */
  readonly file: string;
  readonly text: string;
  readonly document: JsonObject;
  /** Where the element at a JSON Pointer stands: the key when it has one. The nearest ancestor when the pointer leads nowhere. */
  locate(pointer: string): Place;
}

const supported = /^3\.[0-2]\.\d+/;

/** Reads and parses one spec. Throws `SpecError`. */
export async function loadSpec(file: string): Promise<Spec> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (cause) {
    throw new SpecError('SPEC_NOT_FOUND', `cannot read the spec ${file}`, { cause, hint: 'Name an OpenAPI file, or run where specs/*/openapi.yaml is.' });
  }
  return parseSpec(text, file);
}

/** Parses YAML or JSON text. `file` is only used in messages and for the name. Throws `SpecError`. */
export function parseSpec(text: string, file: string): Spec {
  const lines = new LineCounter();
  const yaml = parseDocument(text, { lineCounter: lines, prettyErrors: false, uniqueKeys: true });
  const at = (offset: number): Place => {
    const { line, col } = lines.linePos(offset);
    return { file, line: Math.max(line, 1), column: Math.max(col, 1) };
  };
  const [error] = yaml.errors;
  if (error !== undefined) {
    throw new SpecError('SPEC_NOT_YAML', `not valid YAML: ${error.message}`, { place: at(error.pos[0]), hint: 'Mend the syntax at this place.' });
  }
  const document = yaml.toJS({ maxAliasCount: 1000 }) as Json;
  const locate = (pointer: string): Place => at(offsetOf(yaml, segmentsOf(pointer)));
  const spec: Spec = { name: nameOf(file), file, text, document: requireOpenApi(document, at(0)), locate };
  requireVersion(spec);
  requireReferences(spec);
  return spec;
}

function nameOf(file: string): string {
  const stem = basename(file).replace(/\.(ya?ml|json)$/, '');
  return stem === 'openapi' ? basename(dirname(file)) : stem;
}

function requireOpenApi(document: Json, place: Place): JsonObject {
  if (isObject(document) && ('openapi' in document || 'swagger' in document)) return document;
  throw new SpecError('SPEC_NOT_OPENAPI', 'not an OpenAPI document: there is no `openapi` at its root', { place, hint: 'The first line of an OpenAPI file is like `openapi: 3.1.0`.' });
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

/** The parts of a document whose content is data, where a `$ref` is just a word. */
const data = new Set(['example', 'examples', 'default', 'const', 'enum', 'value']);

function* references(value: Json, path: readonly string[]): Generator<{ ref: string; pointer: string }> {
  if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) yield* references(item, [...path, String(index)]);
  } else if (isObject(value)) {
    const ref = asString(value.$ref);
    if (ref !== undefined) yield { ref, pointer: pointerOf([...path, '$ref']) };
    const named = path.at(-1) === 'properties' || path.at(-1) === 'schemas';
    for (const [key, child] of Object.entries(value)) {
      if (named || !data.has(key)) yield* references(child, [...path, key]);
    }
  }
}

function offsetOf(yaml: Document, path: readonly string[]): number {
  let offset = 0;
  let node: unknown = yaml.contents;
  for (const segment of path) {
    if (isMap(node)) {
      const pair = node.items.find((item) => isScalar(item.key) && String(item.key.value) === segment);
      if (pair === undefined) return offset;
      if (isNode(pair.key)) offset = pair.key.range?.[0] ?? offset;
      node = pair.value;
    } else {
      const items: unknown = typeof node === 'object' && node !== null && 'items' in node ? node.items : undefined;
      const item: unknown = Array.isArray(items) ? items[Number(segment)] : undefined;
      if (!isNode(item)) return offset;
      offset = item.range?.[0] ?? offset;
      node = item;
    }
  }
  return offset;
}
