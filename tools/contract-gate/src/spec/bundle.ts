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
import {
  brokenReference,
  filesKey,
  identified,
  isAddress,
  isData,
  isMapOfNames,
  references,
} from './references.ts';
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

/**
 * Reads a document from a file, or from a git revision written as `main:specs/x/openapi.yaml`, and the files
 * it refers to from the same place. Throws `SpecError`.
 */
export async function loadBundle(name: string, cwd: string = process.cwd()): Promise<Bundle> {
  const origin = originOf(name, cwd);
  const root = requireOpenApi(parseSource(await origin.read(''), name));
  const sources = new Map<string, Source>();
  const links = new Links(posix.basename(name.replaceAll('\\', '/')), identified(root.value));
  const waiting = links.externals(root.value, '');
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (next.file === '' || sources.has(next.file)) continue;
    const text = await readPart(origin, next, next.from === '' ? root : sources.get(next.from));
    if (text === undefined) continue;
    const source = parseSource(text, posix.join(posix.dirname(name), next.file));
    sources.set(next.file, source);
    waiting.push(...links.externals(source.value, next.file));
  }
  const parts = Object.fromEntries(
    [...sources].map(([file, source]) => [file, links.localized(source.value, file)]),
  );
  const own = links.localized(root.value, '') as JsonObject;
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
  /** Whether the reference stands in an extension, where it need not lead anywhere. */
  readonly optional: boolean;
}

/** The text of a file; `undefined` when it is not there and need not be. Throws `SpecError`. */
async function readPart(
  origin: Origin,
  { file, pointer, optional }: External,
  from: Source | undefined,
): Promise<string | undefined> {
  const place = from === undefined ? {} : { place: from.locate(pointer) };
  if (isUri(file)) {
    if (optional) return undefined;
    throw new SpecError('spec-reference-broken', `the reference ${file} leads to the network`, {
      ...place,
      hint: 'Nothing is fetched: keep a copy beside the document and refer to that.',
    });
  }
  try {
    return await origin.read(file);
  } catch (cause) {
    if (optional) return undefined;
    throw new SpecError('spec-reference-broken', `the reference to ${file} leads nowhere`, {
      ...place,
      cause,
      hint: 'The path counts from the file that holds the reference.',
    });
  }
}

function isUri(ref: string): boolean {
  return /^[a-z][a-z0-9+.-]*:/i.test(ref);
}

/** Where references lead, and how they are written once everything is in one document. */
class Links {
  /** The name of the document's own file, which its neighbours may refer to. */
  readonly #self: string;
  readonly #identified: ReadonlyMap<string, string>;

  constructor(self: string, schemas: ReadonlyMap<string, string>) {
    this.#self = self;
    this.#identified = schemas;
  }

  externals(value: Json, from: string): External[] {
    return [...references(value)]
      .filter(({ ref }) => this.#byId(ref) === undefined)
      .map(({ ref, pointer, extension }) => ({
        file: this.#fileOf(ref, from),
        from,
        pointer,
        optional: extension !== undefined,
      }));
  }

  /**
   * A file with every reference made one into the bundle. Addresses of schemas (`$id`) have no more use in
   * it.
   */
  localized(file: Json, from: string): Json {
    const visit = (value: Json, path: readonly string[], resource: string): Json => {
      if (isArray(value)) return value.map((item, index) => visit(item, [...path, String(index)], resource));
      if (!isObject(value)) return value;
      const isMap = isMapOfNames(path);
      const addressed = !isMap && isAddress(asString(value.$id));
      const around = addressed ? pointerOf(path) : resource;
      const ref = isMap ? undefined : asString(value.$ref);
      const entries = Object.entries(value)
        .filter(([key]) => !addressed || key !== '$id')
        .map(([key, child]): [string, Json] => [
          key,
          isData(key, isMap) ? child : visit(child, [...path, key], around),
        ]);
      return {
        ...Object.fromEntries(entries),
        ...(ref === undefined ? {} : { $ref: this.#linked(inResource(file, ref, around), from) }),
      };
    };
    return visit(file, [], '');
  }

  #linked(ref: string, from: string): string {
    return this.#byId(ref) ?? this.#bundled(ref, from);
  }

  /** A reference to a schema by its `$id`, and what is inside of it. */
  #byId(ref: string): string | undefined {
    const [id = '', fragment = ''] = ref.split('#');
    const pointer = this.#identified.get(id);
    if (pointer === undefined || (fragment !== '' && !fragment.startsWith('/'))) return undefined;
    return `#${encodeURI(pointer)}${fragment}`;
  }

  /** A reference to an anchor is found by its name, wherever it stands. */
  #bundled(ref: string, from: string): string {
    const fragment = ref.includes('#') ? ref.slice(ref.indexOf('#') + 1) : '';
    if (isUri(ref) || (from === '' && ref.startsWith('#'))) return ref;
    if (fragment !== '' && !fragment.startsWith('/')) return `#${fragment}`;
    const file = this.#fileOf(ref, from);
    return file === ''
      ? `#${fragment}`
      : `#/${filesKey}/${encodeURIComponent(escapeSegment(file))}${fragment}`;
  }

  /** The file a reference leads to, as a path from the document's folder; `''` is the document. */
  #fileOf(ref: string, from: string): string {
    const [path = ''] = ref.split('#');
    if (path === '' || isUri(path)) return path === '' ? from : path;
    const file = posix.normalize(posix.join(posix.dirname(from), decoded(path)));
    return file === this.#self ? '' : file;
  }
}

/**
 * A path inside a schema that has an address of its own counts from that schema, if it leads anywhere there.
 */
function inResource(file: Json, ref: string, resource: string): string {
  if (resource === '' || !ref.startsWith('#/')) return ref;
  const inside = resource + pointerOf(segmentsOf(ref));
  return valueAt(file, inside) === undefined ? ref : `#${encodeURI(inside)}`;
}

function decoded(path: string): string {
  try {
    return decodeURI(path);
  } catch {
    return path;
  }
}

function locate(pointer: string, root: Source, sources: ReadonlyMap<string, Source>): Place {
  const [first, file = '', ...rest] = segmentsOf(pointer);
  const source = first === filesKey ? sources.get(file) : undefined;
  return source === undefined ? root.locate(pointer) : source.locate(pointerOf(rest));
}

function requireTargets({ document, locate: where }: Bundle): void {
  const broken = brokenReference(document);
  if (broken === undefined) return;
  throw new SpecError('spec-reference-broken', `the reference ${broken.ref} leads nowhere`, {
    place: where(broken.pointer),
    hint: 'Fix the reference, or add what it names.',
  });
}
