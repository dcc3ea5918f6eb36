import { maskCardNumbers } from '@enrollkit/base';
import { PlaintextUnsealableError } from './errors.ts';

const encoder = new TextEncoder();
/** Deeper nesting than any contract has; JSON readers elsewhere give up not much later. */
const DEEPEST = 1_000;

/** The exact bytes that stand for a plaintext. Throws `PlaintextUnsealableError`. */
export function plaintextBytes(plaintext: unknown): Uint8Array {
  if (plaintext instanceof Uint8Array) return plaintext;
  if (typeof plaintext !== 'string') return jsonBytes(judgedCopy(plaintext));
  if (!plaintext.isWellFormed()) throw new PlaintextUnsealableError('half a surrogate pair');
  return encoder.encode(plaintext);
}

/** The JSON text of a {@link judgedCopy}, in UTF-8. */
export function jsonBytes(judged: unknown): Uint8Array {
  return encoder.encode(JSON.stringify(judged));
}

/**
 * A copy of a JSON value that has one exact JSON text: what is validated and what is sealed are this copy, so that a
 * getter or a `toJSON` is asked once. Throws `PlaintextUnsealableError` with the place of whatever JSON would drop or
 * change: `undefined`, functions, symbols, BigInt, NaN, negative zero, integers beyond 2^53, half a surrogate pair, maps,
 * promises, members with symbols for names, cycles.
 */
export function judgedCopy(value: unknown): unknown {
  return new Judge().copy(value, '');
}

class Judge {
  /** The names on the way to the value in hand. */
  readonly #path: (string | number)[] = [];
  readonly #ancestors = new Set<object>();

  copy(value: unknown, key: string): unknown {
    switch (typeof value) {
      case 'string':
        return this.#text(value);
      case 'number':
        return this.#number(value);
      case 'boolean':
        return value;
      case 'object':
        return value === null ? null : this.#object(value, key);
      default:
        return this.#refuse(
          typeof value === 'bigint'
            ? 'a BigInt'
            : `${typeof value === 'undefined' ? '' : 'a '}${typeof value}`,
        );
    }
  }

  #text(text: string): string {
    return text.isWellFormed() ? text : this.#refuse('half a surrogate pair');
  }

  #number(value: number): number {
    if (!Number.isFinite(value)) return this.#refuse('a number that JSON does not have');
    if (Object.is(value, -0)) return this.#refuse('a negative zero, which JSON text does not keep');
    if (Number.isInteger(value) && !Number.isSafeInteger(value))
      return this.#refuse('an integer beyond 2^53 - 1, which may not be the one that was meant');
    return value;
  }

  #object(value: object, key: string): unknown {
    if (this.#ancestors.has(value)) return this.#refuse('a value that contains itself');
    if (this.#path.length > DEEPEST) return this.#refuse(`more than ${DEEPEST} levels`);
    this.#ancestors.add(value);
    try {
      const converted = this.#convertedByToJson(value, key);
      if (converted !== value) return this.copy(converted, key);
      return Array.isArray(value) ? this.#array(value) : this.#members(value);
    } finally {
      this.#ancestors.delete(value);
    }
  }

  /** What JSON.stringify would write in its place: a Date is text. */
  #convertedByToJson(value: object, key: string): unknown {
    const toJson = this.#read(() => ('toJSON' in value ? value.toJSON : undefined));
    return typeof toJson === 'function' ? this.#read((): unknown => toJson.call(value, key)) : value;
  }

  #array(list: readonly unknown[]): unknown[] {
    const copy: unknown[] = [];
    if (Object.keys(list).length > list.length) return this.#refuse('a list with members that have names');
    for (let index = 0; index < list.length; index++) {
      this.#path.push(index);
      copy.push(
        this.copy(
          this.#read(() => list[index]),
          String(index),
        ),
      );
      this.#path.pop();
    }
    return copy;
  }

  #members(object: object): object {
    this.#refuseForeign(object);
    const copy: Record<string, unknown> = {};
    for (const name of this.#read(() => Object.keys(object))) {
      this.#path.push(name);
      this.#text(name);
      const value = this.copy(
        this.#read(() => Reflect.get(object, name) as unknown),
        name,
      );
      if (name === '__proto__') Object.defineProperty(copy, name, { value, enumerable: true });
      else copy[name] = value;
      this.#path.pop();
    }
    return copy;
  }

  /** Objects that JSON.stringify would write as `{}`: maps, promises, boxed values. */
  #refuseForeign(object: object): void {
    const prototype: unknown = this.#read(() => Object.getPrototypeOf(object) as unknown);
    if (Object.getOwnPropertySymbols(object).length > 0) this.#refuse('a member with a symbol for its name');
    if (prototype === Object.prototype || prototype === null) return;
    const tag = this.#read(() => Object.prototype.toString.call(object)).slice(8, -1);
    if (tag !== 'Object') this.#refuse(`a ${tag}`);
  }

  /** What a getter, a proxy or a toJSON of the caller throws may quote the data, so it is not kept as a cause. */
  #read<T>(action: () => T): T {
    try {
      return action();
    } catch {
      return this.#refuse('a member that throws when it is read');
    }
  }

  #refuse(found: string): never {
    const pointer = this.#path
      .map((name) => `/${String(name).replaceAll('~', '~0').replaceAll('/', '~1')}`)
      .join('');
    throw new PlaintextUnsealableError(found, maskCardNumbers(pointer));
  }
}
