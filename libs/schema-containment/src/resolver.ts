import { asString, isArray, isObject, type Json, type JsonObject, escapeSegment, valueAt } from './json.ts';

/** Where a reference leads. */
export interface Target {
  readonly raw: Json;
  readonly pointer: string;
}

/** Finds what `$ref` and `$dynamicRef` mean inside one document: pointers, anchors and identifiers. */
export class Resolver {
  readonly #document: JsonObject;
  #marks: Map<string, Target> | undefined;

  constructor(document: JsonObject) {
    this.#document = document;
  }

  /** Where the reference in this schema leads. One that leads nowhere promises nothing: anything is valid. */
  target(raw: JsonObject): Target | undefined {
    const ref = asString(raw.$ref) ?? asString(raw.$dynamicRef);
    if (ref === undefined) return undefined;
    const found = ref.startsWith('#/') || ref === '#' ? this.#atPointer(ref) : this.#atMark(ref);
    return found ?? { raw: true, pointer: ref };
  }

  #atPointer(ref: string): Target | undefined {
    const raw = valueAt(this.#document, ref);
    return raw === undefined ? undefined : { raw, pointer: decode(ref.slice(1)) };
  }

  #atMark(ref: string): Target | undefined {
    this.#marks ??= marksOf(this.#document);
    return this.#marks.get(ref) ?? this.#marks.get(ref.slice(ref.lastIndexOf('#')));
  }
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** Every `$anchor`, `$dynamicAnchor` and `$id`. A name used twice means its first use: the outermost dynamic scope. */
function marksOf(document: JsonObject): Map<string, Target> {
  const marks = new Map<string, Target>();
  const visit = (raw: Json, pointer: string): void => {
    if (isArray(raw)) {
      for (const [index, item] of raw.entries()) visit(item, `${pointer}/${index}`);
    } else if (isObject(raw)) {
      for (const mark of [anchor(raw.$anchor), anchor(raw.$dynamicAnchor), asString(raw.$id)]) {
        if (mark !== undefined && !marks.has(mark)) marks.set(mark, { raw, pointer });
      }
      for (const [key, value] of Object.entries(raw)) visit(value, `${pointer}/${escapeSegment(key)}`);
    }
  };
  visit(document, '');
  return marks;
}

function anchor(value: Json | undefined): string | undefined {
  const name = asString(value);
  return name === undefined ? undefined : `#${name}`;
}
