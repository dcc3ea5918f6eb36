import { compiler } from './compile.ts';
import { type Check, pointerOf, type Problem, type Run } from './run.ts';
import type { Compile, SchemaTable } from './schema.ts';

export type { Problem } from './run.ts';
export type { Schema, SchemaTable } from './schema.ts';

/**
 * A JWE in compact serialization (RFC 7516 section 7.1) whose plaintext is a `Plaintext`.
 * Only encrypting makes one: a plain string, or a JWE of something else, does not fit.
 */
export type Jwe<Plaintext> = string & { readonly '~jwe': Plaintext };

/** A body as a caller gives it: where the contract has a JWE, what is inside it, or that sealed already. */
export type PlainView<T> =
  T extends Jwe<infer Plaintext>
    ? Plaintext | Jwe<Plaintext>
    : T extends readonly (infer Item)[]
      ? readonly PlainView<Item>[]
      : T extends object
        ? { readonly [Name in keyof T]: PlainView<T[Name]> }
        : T;

/** The paths of a contract with every request body as its plain view; answers stay as they are. */
export type PlainPathsOf<Paths> = {
  [Path in keyof Paths]: {
    [Method in keyof Paths[Path]]: Paths[Path][Method] extends {
      requestBody: { content: { 'application/json': infer Body } };
    }
      ? Omit<Paths[Path][Method], 'requestBody'> & {
          requestBody: { content: { 'application/json': PlainView<Body> } };
        }
      : Paths[Path][Method];
  };
};

/** Where an element of a spec comes from. */
export type Provenance = 'documented' | 'sibling' | 'assumed';

/** What kind of sensitive value a field holds. */
export type SensitiveKind = 'pan' | 'expiry' | 'name' | 'contact' | 'address' | 'key';

/**
 * The verdict on a value. `notices` are values of extensible enums that the contract does not list (answers
 * only).
 */
export type Validation<T> =
  | { readonly valid: true; readonly value: T; readonly notices: readonly Problem[] }
  | { readonly valid: false; readonly problems: readonly Problem[] };

/**
 * Judges a parsed JSON value against the contract. Keeps unknown fields, changes nothing, never throws.
 * At most 100 problems are told.
 */
export type Validator<T = unknown> = (value: unknown) => Validation<T>;

/**
 * A sensitive field of a value: `*` in the pointer stands for every item of an array or every member of an
 * object.
 */
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

/**
 * Makes the validator of an entry of a table. Its checks are made when it is first called, and shared by all
 * validators of the table.
 */
export function validator<T>(table: SchemaTable, name: string, direction: Run['direction']): Validator<T> {
  return (value) => {
    const run: Run = { direction, path: [], problems: [], notices: [], muted: 0, depth: 0 };
    return checkOf(table, name)(value, run)
      ? { valid: true, value: value as T, notices: run.notices }
      : { valid: false, problems: run.problems };
  };
}

const compilers = new WeakMap<SchemaTable, Compile>();

function checkOf(table: SchemaTable, name: string): Check {
  const compile = compilers.get(table) ?? compiler(table);
  compilers.set(table, compile);
  return compile(table[name] ?? false);
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

/**
 * Visits every value that the segments lead to. Answers of thousands of records come this way: one path is
 * used for all.
 */
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
