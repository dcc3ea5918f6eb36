import { NumberUnsafeError, PlaintextNotJsonError } from './errors.ts';

const utf8 = new TextDecoder('utf-8', { fatal: true });

/**
 * Parses the JSON in a plaintext. Integers that a number would change are refused, or given as text or
 * BigInt. Throws `PlaintextNotJsonError` and `NumberUnsafeError`.
 */
export function parseJson(bytes: Uint8Array, largeIntegers: 'refuse' | 'string' | 'bigint'): unknown {
  const text = textOf(bytes);
  const value = parsed(text);
  if (!hasUnsafeInteger(value)) return value;
  // Rare, and only now is it worth the time to look at how each number was written.
  return parsed(text, (found, source) => {
    if (typeof found !== 'number' || Number.isSafeInteger(found) || !/^-?\d+$/.test(source)) return found;
    if (largeIntegers === 'refuse') throw new NumberUnsafeError();
    return largeIntegers === 'string' ? source : BigInt(source);
  });
}

/**
 * Whether an integer beyond 2^53 - 1 stands anywhere in what JSON.parse made; one of more than 308 digits has
 * become infinite. Not recursive: any depth may come.
 */
function hasUnsafeInteger(root: unknown): boolean {
  if (typeof root !== 'object' || root === null) return isUnsafe(root);
  const pending: object[] = [root];
  const judge = (member: unknown): boolean => {
    if (typeof member === 'object' && member !== null) pending.push(member);
    return isUnsafe(member);
  };
  for (let value = pending.pop(); value !== undefined; value = pending.pop()) {
    if (Array.isArray(value)) {
      for (const entry of value) if (typeof entry !== 'string' && judge(entry)) return true;
    } else {
      for (const name in value) {
        const member = (value as Readonly<Record<string, unknown>>)[name];
        if (typeof member !== 'string' && judge(member)) return true;
      }
    }
  }
  return false;
}

function isUnsafe(value: unknown): boolean {
  if (typeof value !== 'number' || Number.isSafeInteger(value)) return false;
  return Number.isInteger(value) || !Number.isFinite(value);
}

function textOf(bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes);
  } catch {
    throw new PlaintextNotJsonError();
  }
}

function parsed(text: string, convert?: (value: unknown, source: string) => unknown): unknown {
  try {
    if (convert === undefined) return JSON.parse(text);
    // The third argument (ES2025) is the number as it was written; the library's types do not have it yet.
    const reviver = (_key: string, value: unknown, context?: { readonly source?: string }): unknown =>
      convert(value, context?.source ?? '');
    return JSON.parse(text, reviver);
  } catch (error) {
    throw error instanceof NumberUnsafeError ? error : new PlaintextNotJsonError();
  }
}
