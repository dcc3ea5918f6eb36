import {
  asObject,
  asString,
  escapeSegment,
  isArray,
  isObject,
  type Json,
  type JsonObject,
  valueAt,
} from './json.ts';

/** Where a reference leads. */
export interface Target {
  readonly raw: Json;
  readonly pointer: string;
}

/** Stands for the address of a document that does not say its own. */
const nowhere = 'document:///';
/** Keywords whose content is data, where `$id` is just a word. */
const data = new Set(['const', 'enum', 'example', 'examples', 'default']);

/** Finds what `$ref` and `$dynamicRef` mean inside one document: pointers, anchors and identifiers. */
export class Resolver {
  readonly #document: Json;
  readonly #root: string;
  #marks: Map<string, Target> | undefined;
  /** The address that references count from, where it is not the document's. */
  readonly #bases = new WeakMap<object, string>();

  constructor(document: Json) {
    this.#document = document;
    this.#root = resolved(nowhere, asString(asObject(document).$id) ?? '') ?? nowhere;
  }

  /** Where the reference in this schema leads; `unknown` when that is not in this document. */
  target(raw: JsonObject): Target | 'unknown' | undefined {
    const ref = asString(raw.$ref) ?? asString(raw.$dynamicRef) ?? asString(raw.$recursiveRef);
    return ref === undefined ? undefined : (this.#find(ref, raw) ?? 'unknown');
  }

  #find(ref: string, from: JsonObject): Target | undefined {
    this.#marks ??= this.#collect();
    const whole = resolved(this.#bases.get(from) ?? this.#root, ref);
    if (whole === undefined) return undefined;
    const [address = '', fragment = ''] = split(whole);
    const resource = this.#marks.get(address);
    if (fragment === '' || fragment.startsWith('/'))
      return resource === undefined ? undefined : within(resource, fragment);
    return this.#marks.get(`${address}#${fragment}`) ?? this.#marks.get(`#${fragment}`);
  }

  /**
   * Every `$anchor`, `$dynamicAnchor` and `$id`. An anchor used twice means its first use: the outermost
   * dynamic scope.
   */
  #collect(): Map<string, Target> {
    const marks = new Map<string, Target>([[this.#root, { raw: this.#document, pointer: '' }]]);
    const mark = (name: string, target: Target): void => {
      if (!marks.has(name)) marks.set(name, target);
    };
    const visit = (raw: Json, pointer: string, outer: string): void => {
      if (isArray(raw)) {
        for (const [index, item] of raw.entries()) visit(item, `${pointer}/${index}`, outer);
        return;
      }
      if (!isObject(raw)) return;
      const id = asString(raw.$id) ?? asString(raw.id);
      let base = outer;
      if (id?.startsWith('#') === true) mark(`${outer}${id}`, { raw, pointer });
      else if (id !== undefined && asString(raw.$id) !== undefined) {
        base = split(resolved(outer, id) ?? outer)[0] ?? outer;
        mark(base, { raw, pointer });
      }
      if (base !== this.#root) this.#bases.set(raw, base);
      for (const anchor of [asString(raw.$anchor), asString(raw.$dynamicAnchor)]) {
        if (anchor === undefined) continue;
        mark(`${base}#${anchor}`, { raw, pointer });
        mark(`#${anchor}`, { raw, pointer });
      }
      for (const [key, value] of Object.entries(raw))
        if (!data.has(key)) visit(value, `${pointer}/${escapeSegment(key)}`, base);
    };
    visit(this.#document, '', this.#root);
    return marks;
  }
}

function within({ raw, pointer }: Target, fragment: string): Target | undefined {
  try {
    const path = decodeURIComponent(fragment);
    const found = valueAt(raw, path);
    return found === undefined ? undefined : { raw: found, pointer: pointer + path };
  } catch {
    return undefined;
  }
}

function resolved(base: string, ref: string): string | undefined {
  try {
    return new URL(ref, base).href.replace(/#$/, '');
  } catch {
    return undefined;
  }
}

function split(address: string): readonly [string, string] {
  const hash = address.indexOf('#');
  return hash < 0 ? [address, ''] : [address.slice(0, hash), decoded(address.slice(hash + 1))];
}

function decoded(fragment: string): string {
  return fragment.startsWith('/') ? fragment : decodeURIComponent(fragment);
}
