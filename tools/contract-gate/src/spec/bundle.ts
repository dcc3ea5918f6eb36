import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { posix, resolve } from 'node:path';
import { promisify } from 'node:util';

import { SpecError } from './errors.ts';
import {
  asString,
  escapeSegment,
  isArray,
  isObject,
  type Json,
  type JsonObject,
  pointerOf,
  segmentsOf,
  valueAt,
} from './json.ts';
import type { Place } from './place.ts';
import { parseSource, type Source } from './source.ts';

/** An OpenAPI document with everything it refers to, in one. */
export interface Bundle {
  /** As it was given. */
  readonly file: string;
  /** Files that the document refers to stand under `x-files`, by their path from the document's folder. */
  readonly document: JsonObject;
  /** Where the element at a JSON Pointer into `document` stands, in whichever file. */
  locate(pointer: string): Place;
}

/** Where the files that a document refers to are kept. */
export const filesKey = 'x-files';

/**
 * Reads a document from a file, or from a git revision written as `main:specs/x/openapi.yaml`, and the files
 * it refers to from the same place. Throws `SpecError`.
 */
export async function loadBundle(name: string, cwd: string = process.cwd()): Promise<Bundle> {
  const sources = new Map<string, Source>();
  const origin = originOf(name, cwd);
  const root = requireOpenApi(parseSource(await origin.read(''), name));
  const waiting = externals(root.value, '');
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (next.file === '' || sources.has(next.file)) continue;
    const source = parseSource(
      await readPart(origin, next, next.from === '' ? root : sources.get(next.from)),
      posix.join(posix.dirname(name), next.file),
    );
    sources.set(next.file, source);
    waiting.push(...externals(source.value, next.file));
  }
  const parts = Object.fromEntries(
    [...sources].map(([file, source]) => [file, localized(source.value, file)]),
  );
  const own = localized(root.value, '') as JsonObject;
  const bundle: Bundle = {
    file: name,
    document: sources.size === 0 ? own : { ...own, [filesKey]: parts },
    locate: (pointer) => locate(pointer, root, sources),
  };
  requireTargets(bundle);
  return bundle;
}

/** Where a document and its neighbours are read from. */
interface Origin {
  /** The document (`''`), or a file by its path from the document's folder. */
  read(file: string): Promise<string>;
}

function originOf(name: string, cwd: string): Origin {
  const revision = /^([^:]{2,}):(.+)$/.exec(name);
  if (revision === null) {
    return {
      read: async (file) =>
        readFile(file === '' ? resolve(cwd, name) : resolve(cwd, name, '..', file), 'utf8').catch(
          (cause: unknown) => notThere(file === '' ? name : file, cause),
        ),
    };
  }
  const [, at = '', path = ''] = revision;
  return {
    read: async (file) => {
      const whole = file === '' ? path : posix.join(posix.dirname(path), file);
      const written = path.startsWith('./') && !whole.startsWith('.') ? `./${whole}` : whole;
      return promisify(execFile)('git', ['show', '--end-of-options', `${at}:${written}`], {
        cwd,
        maxBuffer: 256 * 2 ** 20,
      }).then(
        ({ stdout }) => stdout,
        (cause: unknown) => {
          throw new SpecError('spec-not-found', `git has no ${at}:${written}`, {
            cause,
            hint: 'Write <revision>:<path from the root of the repository>; in CI, fetch the base branch first.',
          });
        },
      );
    },
  };
}

function notThere(file: string, cause: unknown): never {
  throw new SpecError('spec-not-found', `cannot read the spec ${file}`, {
    cause,
    hint: 'Name an OpenAPI file, or <git revision>:<path>.',
  });
}

/** The source, if it is an OpenAPI document of a version that is understood. Throws `SpecError`. */
export function requireOpenApi(source: Source): Source {
  const version = isObject(source.value) ? source.value.openapi : undefined;
  if (typeof version === 'string' && /^3\.[0-2](\.|$)/.test(version)) return source;
  throw new SpecError(
    version === undefined ? 'spec-not-openapi' : 'spec-version-unsupported',
    `an OpenAPI 3.0, 3.1 or 3.2 document is needed, \`openapi\` is ${JSON.stringify(version) ?? 'missing'}`,
    {
      place: source.locate(version === undefined ? '' : '/openapi'),
      hint: 'The first line of an OpenAPI file is like `openapi: 3.1.0`, with the version as text. Convert a Swagger 2 document first.',
    },
  );
}

interface External {
  readonly file: string;
  /** The file that refers to it. */
  readonly from: string;
  readonly pointer: string;
}

async function readPart(
  origin: Origin,
  { file, pointer }: External,
  from: Source | undefined,
): Promise<string> {
  if (/^[a-z][a-z0-9+.-]*:/i.test(file)) {
    throw new SpecError('spec-reference-broken', `the reference ${file} leads to the network`, {
      ...at(from, pointer),
      hint: 'Nothing is fetched: keep a copy beside the document and refer to that.',
    });
  }
  try {
    return await origin.read(file);
  } catch (cause) {
    throw new SpecError('spec-reference-broken', `the reference to ${file} leads nowhere`, {
      ...at(from, pointer),
      cause,
      hint: 'The path counts from the file that holds the reference.',
    });
  }
}

function at(source: Source | undefined, pointer: string): { place?: Place } {
  return source === undefined ? {} : { place: source.locate(pointer) };
}

function externals(value: Json, from: string): External[] {
  return [...references(value, [])].map(({ ref, pointer }) => ({ file: fileOf(ref, from), from, pointer }));
}

/** The file a reference leads to, as a path from the document's folder; `''` is the document. */
function fileOf(ref: string, from: string): string {
  const [path = ''] = ref.split('#');
  if (path === '' || /^[a-z][a-z0-9+.-]*:/i.test(path)) return path === '' ? from : path;
  return posix.normalize(posix.join(posix.dirname(from), decoded(path)));
}

function decoded(path: string): string {
  try {
    return decodeURI(path);
  } catch {
    return path;
  }
}

/** The value with every reference made one into the bundle. */
function localized(value: Json, from: string): Json {
  if (isArray(value)) return value.map((item) => localized(item, from));
  if (!isObject(value)) return value;
  const ref = asString(value.$ref);
  const entries = Object.entries(value).map(([key, child]): [string, Json] => [key, localized(child, from)]);
  const target =
    ref === undefined || (from === '' && ref.startsWith('#')) || marked(ref) ? ref : bundled(ref, from);
  return { ...Object.fromEntries(entries), ...(target === undefined ? {} : { $ref: target }) };
}

/** A reference to an anchor is found by its name, wherever it stands. */
function marked(ref: string): boolean {
  return /^#[^/]/.test(ref);
}

function bundled(ref: string, from: string): string {
  const file = fileOf(ref, from);
  const fragment = ref.includes('#') ? ref.slice(ref.indexOf('#') + 1) : '';
  if (file === '' || /^[a-z][a-z0-9+.-]*:/i.test(file)) return file === '' ? `#${fragment}` : ref;
  return `#/${filesKey}/${encodeURIComponent(escapeSegment(file))}${fragment}`;
}

function locate(pointer: string, root: Source, sources: ReadonlyMap<string, Source>): Place {
  const [first, file = '', ...rest] = segmentsOf(pointer);
  const source = first === filesKey ? sources.get(file) : undefined;
  return source === undefined ? root.locate(pointer) : source.locate(pointerOf(rest));
}

function requireTargets({ document, locate: where }: Bundle): void {
  let marks: ReadonlySet<string> | undefined;
  for (const { ref, pointer } of references(document, [])) {
    if (!ref.startsWith('#') || ref === '#') continue;
    if (ref.startsWith('#/') && valueAt(document, ref) !== undefined) continue;
    marks ??= anchorsOf(document);
    if (marks.has(ref)) continue;
    throw new SpecError('spec-reference-broken', `the reference ${ref} leads nowhere`, {
      place: where(pointer),
      hint: 'Fix the reference, or add what it names.',
    });
  }
}

/**
 * What a reference may name without a path: `$anchor`, `$dynamicAnchor`, and `$id` as older drafts have it.
 */
function anchorsOf(document: Json): ReadonlySet<string> {
  const found = new Set<string>();
  const visit = (value: Json): void => {
    if (isArray(value)) value.forEach(visit);
    if (!isObject(value)) return;
    for (const anchor of [asString(value.$anchor), asString(value.$dynamicAnchor)])
      if (anchor !== undefined) found.add(`#${anchor}`);
    const id = asString(value.$id);
    if (id?.startsWith('#') === true) found.add(id);
    for (const [key, child] of Object.entries(value)) if (!data.has(key)) visit(child);
  };
  visit(document);
  return found;
}

/** Keys whose content is data, where a `$ref` is just a word; below a map of names every key is a name. */
const data = new Set(['example', 'examples', 'default', 'const', 'enum', 'value']);
const maps = new Set(['properties', 'schemas', 'patternProperties', '$defs', 'dependentSchemas']);

/** Every `$ref` of a document, with its place; not those in data. */
export function* references(
  value: Json,
  path: readonly string[],
): Generator<{ readonly ref: string; readonly pointer: string }> {
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
