import { maskCardNumbers } from '@enrollkit/base';
import { PlaintextUnsealableError } from './errors.ts';
import { countWork, shortBytes } from './turns.ts';

const encoder = new TextEncoder();
/** Deeper nesting than any contract has; JSON readers elsewhere give up not much later. */
const DEEPEST = 1_000;
/** How JSON.stringify begins to write half a surrogate pair. */
const ESCAPED_HALF = '\\ud';
/** Copying an object and printing it takes as long as encrypting this many times its text. */
const PRINTING_COST = 3;

/** The exact bytes that stand for a plaintext. Throws `PlaintextUnsealableError`. */
export function plaintextBytes(plaintext: unknown): Uint8Array<ArrayBuffer> {
  if (plaintext instanceof Uint8Array) return ownBytes(plaintext);
  if (typeof plaintext !== 'string') return jsonBytes(judgedCopy(plaintext));
  if (!plaintext.isWellFormed()) throw new PlaintextUnsealableError('half a surrogate pair');
  return encoder.encode(plaintext);
}

/** Memory that is shared with another thread is copied: nobody encrypts it in place. */
function ownBytes(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const { buffer, byteOffset, length } = bytes;
  return buffer instanceof ArrayBuffer ? new Uint8Array(buffer, byteOffset, length) : new Uint8Array(bytes);
}

/** The JSON text of a {@link judgedCopy}, in UTF-8. Throws `PlaintextUnsealableError`. */
export function jsonBytes(judged: unknown): Uint8Array<ArrayBuffer> {
  const text = JSON.stringify(judged);
  // Half a surrogate pair is written as an escape, and so is nothing else from there on: most texts have
  // none.
  if (text.includes(ESCAPED_HALF)) refuseHalfPairs(judged, '');
  if (text.length > shortBytes) countWork(text.length * PRINTING_COST);
  return encoder.encode(text);
}

/**
 * A copy of a JSON value that has one exact JSON text: what is validated and what is sealed are this copy, so
 * that a getter or a `toJSON` is asked once. Throws `PlaintextUnsealableError` with the place of whatever
 * JSON would drop or change: `undefined`, functions, symbols, BigInt, NaN, negative zero, integers beyond
 * 2^53, maps, promises, members with symbols for names, cycles. Texts with half a surrogate pair are left to
 * {@link jsonBytes}.
 */
export function judgedCopy(value: unknown): unknown {
  const place: Place = { path: [], depth: 0 };
  try {
    return copied(value, place, 0);
  } catch (error) {
    if (error instanceof PlaintextUnsealableError) throw error;
    // What a getter, a proxy or a toJSON of the caller throws may quote the data, so it is not kept as a
    // cause.
    return refuse('an object that throws when it is read', place, place.depth);
  }
}

/** Where in the value the copying is. */
interface Place {
  /** The names on the way to the value in hand; entries beyond its depth are left over. */
  readonly path: (string | number)[];
  /** Depth of the object that is being read. */
  depth: number;
}

function copied(value: unknown, place: Place, depth: number): unknown {
  // First what a record consists of: a comparison of `typeof` costs less than a switch over it.
  if (typeof value === 'string') return value;
  if (typeof value === 'object') return value === null ? null : objectCopied(value, place, depth);
  if (typeof value === 'boolean') return value;
  if (typeof value === 'number') return numberCopied(value, place, depth);
  if (value === undefined) return refuse('undefined', place, depth);
  return refuse(typeof value === 'bigint' ? 'a BigInt' : `a ${typeof value}`, place, depth);
}

function numberCopied(value: number, place: Place, depth: number): number {
  if (Number.isSafeInteger(value) && !Object.is(value, -0)) return value;
  if (!Number.isFinite(value)) return refuse('a number that JSON does not have', place, depth);
  if (value === 0) return refuse('a negative zero, which JSON text does not keep', place, depth);
  if (Number.isInteger(value))
    return refuse('an integer beyond 2^53 - 1, which may not be the one that was meant', place, depth);
  return value;
}

function objectCopied(value: object, place: Place, depth: number): unknown {
  if (depth > DEEPEST)
    return refuse(`more than ${DEEPEST} levels, or a value that contains itself`, place, 8);
  place.depth = depth;
  const { toJSON } = value as { readonly toJSON?: unknown };
  if (typeof toJSON !== 'function')
    return Array.isArray(value) ? listCopied(value, place, depth) : membersCopied(value, place, depth);
  // What JSON.stringify would write in its place: a Date is text.
  const converted: unknown = toJSON.call(value, String(place.path[depth - 1] ?? ''));
  return converted === value ? membersCopied(value, place, depth) : copied(converted, place, depth);
}

function listCopied(list: readonly unknown[], place: Place, depth: number): unknown[] {
  if (Object.keys(list).length > list.length)
    return refuse('a list with members that have names', place, depth);
  const copy: unknown[] = [];
  for (let index = 0; index < list.length; index++) {
    place.depth = depth;
    place.path[depth] = index;
    copy.push(copied(list[index], place, depth + 1));
  }
  return copy;
}

function membersCopied(object: object, place: Place, depth: number): object {
  refuseForeign(object, place, depth);
  // Spreading reads each member once, and copies a whole object for less than its members cost one by one.
  const copy: Record<string, unknown> = { ...object };
  for (const name in copy) {
    const member = copy[name];
    if (typeof member === 'string' || !Object.hasOwn(copy, name)) continue;
    place.path[depth] = name;
    const value = copied(member, place, depth + 1);
    if (value !== member) replaceMember(copy, name, value);
  }
  return copy;
}

function replaceMember(copy: Record<string, unknown>, name: string, value: unknown): void {
  if (name === '__proto__') Object.defineProperty(copy, name, { value });
  else copy[name] = value;
}

/** Objects that JSON.stringify would write as `{}`: maps, promises, boxed values. */
function refuseForeign(object: object, place: Place, depth: number): void {
  if (Object.getOwnPropertySymbols(object).length > 0)
    refuse('a member with a symbol for its name', place, depth);
  const prototype: unknown = Object.getPrototypeOf(object);
  if (prototype === Object.prototype || prototype === null) return;
  const tag = Object.prototype.toString.call(object).slice(8, -1);
  if (tag !== 'Object') refuse(`a ${tag}`, place, depth);
}

/** Only for a plain copy, and only when there may be one to find. */
function refuseHalfPairs(value: unknown, pointer: string): void {
  const refused = (text: unknown): boolean => typeof text === 'string' && !text.isWellFormed();
  if (refused(value)) throw new PlaintextUnsealableError('half a surrogate pair', pointer);
  if (typeof value !== 'object' || value === null) return;
  for (const [name, inner] of Object.entries(value)) {
    const place = `${pointer}${pointerOf([name])}`;
    if (refused(name)) throw new PlaintextUnsealableError('half a surrogate pair', place);
    refuseHalfPairs(inner, place);
  }
}

function refuse(found: string, { path }: Place, depth: number): never {
  throw new PlaintextUnsealableError(found, pointerOf(path.slice(0, depth)));
}

/** The place as an RFC 6901 pointer; a name that is a card number is masked. */
function pointerOf(path: readonly (string | number)[]): string {
  const names = path.map((name) => `/${String(name).replaceAll('~', '~0').replaceAll('/', '~1')}`);
  return maskCardNumbers(names.join(''));
}
