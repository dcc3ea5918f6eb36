/**
 * A JWE in compact serialization (RFC 7516 section 7.1) whose plaintext is a `Plaintext`.
 * Only encrypting makes one: a plain string, or a JWE of something else, does not fit.
 */
export type Jwe<Plaintext> = string & { readonly '~jwe': Plaintext };

/** Where an element of a spec comes from. */
export type Provenance = 'documented' | 'sibling' | 'assumed';

/** What kind of sensitive value a field holds. */
export type SensitiveKind = 'pan' | 'expiry' | 'name' | 'contact' | 'address' | 'key';

/** One thing that is wrong with a value, or worth telling. Never repeats the value itself. */
export interface Problem {
  /** JSON Pointer (RFC 6901) into the value; for a missing field, where it should be. */
  readonly pointer: string;
  /** The JSON Schema keyword that was not met. */
  readonly keyword: string;
  /** What the contract asks for. */
  readonly message: string;
}

/** The verdict on a value. `notices` are values of extensible enums that the contract does not list (answers only). */
export type Validation<T> =
  | { readonly valid: true; readonly value: T; readonly notices: readonly Problem[] }
  | { readonly valid: false; readonly problems: readonly Problem[] };

/**
 * Judges a parsed JSON value against the contract. Keeps unknown fields, changes nothing, never throws.
 * At most 100 problems are told.
 */
export type Validator<T = unknown> = (value: unknown) => Validation<T>;

/** A sensitive field of a value: `*` in the pointer stands for every item of an array or every member of an object. */
export interface SensitivePlace {
  /** JSON Pointer (RFC 6901), from the root of the value. */
  readonly pointer: string;
  readonly kind: SensitiveKind;
}

/** What the sensitive fields of each schema hold, by the name of the schema, then of the field. */
export type SensitiveTable = Readonly<Record<string, Readonly<Record<string, SensitiveKind>>>>;

/** A JWE string in a body, and what is inside it. */
export interface EncryptedPlace {
  readonly pointer: string;
  /** Name of the plaintext's schema. */
  readonly plaintext: string;
  readonly validatePlaintext: Validator;
  /** Sensitive fields of the plaintext; pointers start at the plaintext. */
  readonly sensitive: readonly SensitivePlace[];
}

/** A request body or an answer. */
export interface Body {
  readonly mediaType: string;
  readonly validate: Validator;
  readonly encrypted: readonly EncryptedPlace[];
  /** Sensitive fields that travel in clear. */
  readonly sensitive: readonly SensitivePlace[];
}

/** A parameter. `validate` judges its parsed value (for a string: the string). */
export interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query' | 'header' | 'cookie';
  readonly required: boolean;
  readonly provenance: Provenance | null;
  /** What its value holds that must never be shown; `null` for a value that may be. */
  readonly sensitive: SensitiveKind | null;
  readonly validate: Validator;
}

/** One operation of a contract. */
export interface Operation {
  readonly operationId: string;
  readonly method: string;
  /** With `{name}` for each path parameter, relative to the server. */
  readonly path: string;
  readonly provenance: Provenance | null;
  readonly parameters: readonly Parameter[];
  /** `null` when it takes no JSON body. */
  readonly request: Body | null;
  /** By status (`200`, `4XX`, `default`); `null` for an answer without a JSON body. */
  readonly responses: Readonly<Record<string, Body | null>>;
}

/** An extensible enum in an answer: where it is, and the values the contract lists. */
export interface OpenEnum {
  readonly pointer: string;
  readonly known: readonly string[];
}

interface CompiledError {
  readonly instancePath: string;
  readonly keyword: string;
  readonly message?: string;
  readonly params: Readonly<Record<string, unknown>>;
}

/** What the compiler of schemas leaves behind: a function with its last errors on it. */
export interface CompiledCheck {
  (value: unknown): boolean;
  errors?: readonly CompiledError[] | null;
}

const problemLimit = 100;

/** Makes a validator of a compiled check. */
export function validator<T>(check: unknown, openEnums: readonly OpenEnum[] = []): Validator<T> {
  const compiled = check as CompiledCheck;
  const open = openEnums.map(({ pointer, known }) => ({
    segments: segmentsOf(pointer),
    known: new Set(known),
  }));
  return (value) => {
    if (compiled(value)) return { valid: true, value: value as T, notices: unknownValues(value, open) };
    const errors = compiled.errors ?? [];
    compiled.errors = null;
    return { valid: false, problems: errors.slice(0, problemLimit).map(problemOf) };
  };
}

function problemOf(error: CompiledError): Problem {
  const { missingProperty, allowedValues } = error.params;
  const { keyword, instancePath } = error;
  if (keyword === 'required' && typeof missingProperty === 'string') {
    return { pointer: `${instancePath}/${escapeSegment(missingProperty)}`, keyword, message: 'is required' };
  }
  if (keyword === 'enum' && Array.isArray(allowedValues)) {
    return {
      pointer: instancePath,
      keyword,
      message: `must be one of ${allowedValues.map((value) => JSON.stringify(value)).join(', ')}`,
    };
  }
  return { pointer: instancePath, keyword, message: error.message ?? `must meet ${keyword}` };
}

function unknownValues(
  value: unknown,
  open: readonly { readonly segments: readonly string[]; readonly known: ReadonlySet<string> }[],
): readonly Problem[] {
  const notices: Problem[] = [];
  for (const { segments, known } of open) {
    walk(value, segments, (found, path) => {
      if (typeof found !== 'string' || known.has(found) || notices.length >= problemLimit) return;
      notices.push({
        pointer: pointerOf(path),
        keyword: 'x-extensible-enum',
        message: 'holds a value the contract does not list',
      });
    });
  }
  return notices;
}

/** Every value a pointer with `*` leads to, with its own pointer. Nothing when it leads nowhere. */
export function valuesAt(value: unknown, pointer: string): (readonly [value: unknown, pointer: string])[] {
  const values: (readonly [unknown, string])[] = [];
  walk(value, segmentsOf(pointer), (found, path) => values.push([found, pointerOf(path)]));
  return values;
}

interface Visit {
  (found: unknown, path: readonly string[]): void;
}

/** Visits every value that the segments lead to. Answers of thousands of records come this way: one path is used for all. */
function walk(value: unknown, segments: readonly string[], visit: Visit): void {
  const path: string[] = [];
  const go = (at: unknown): void => {
    const segment = segments[path.length];
    if (segment === undefined) return visit(at, path);
    if (typeof at !== 'object' || at === null) return;
    const parent = at as Readonly<Record<string, unknown>>;
    const keys =
      segment === '*' ? Object.keys(parent) : [segment].filter((key) => Object.hasOwn(parent, key));
    for (const key of keys) {
      path.push(key);
      go(parent[key]);
      path.pop();
    }
  };
  go(value);
}

function segmentsOf(pointer: string): readonly string[] {
  return pointer
    .split('/')
    .slice(1)
    .map((segment) => segment.replaceAll('~1', '/').replaceAll('~0', '~'));
}

function pointerOf(path: readonly string[]): string {
  return path.map((key) => `/${escapeSegment(key)}`).join('');
}

function escapeSegment(segment: string): string {
  return segment.replaceAll('~', '~0').replaceAll('/', '~1');
}

/** Length in characters (code points), as JSON Schema counts it. Used by the compiled checks. */
export function characters(text: string): number {
  let count = 0;
  for (const _ of text) count += 1;
  return count;
}

/** Equality of JSON values. Used by the compiled checks. */
export function equal(left: unknown, right: unknown): boolean {
  if (left === right) return true;
  if (typeof left !== 'object' || typeof right !== 'object' || left === null || right === null) return false;
  if (Array.isArray(left) !== Array.isArray(right)) return false;
  const keys = Object.keys(left);
  return (
    keys.length === Object.keys(right).length &&
    keys.every(
      (key) =>
        Object.hasOwn(right, key) &&
        equal((left as Record<string, unknown>)[key], (right as Record<string, unknown>)[key]),
    )
  );
}
