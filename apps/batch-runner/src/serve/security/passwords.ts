import { randomBytes, scrypt, timingSafeEqual, type ScryptOptions } from 'node:crypto';
import { promisify } from 'node:util';

/** What a password is hashed with. */
export interface ScryptCost {
  /** Cost in time and memory; a power of two. */
  readonly N: number;
  readonly r: number;
  readonly p: number;
}

/**
 * OWASP Password Storage Cheat Sheet: N = 2^17, r = 8, p = 1, which takes 128 MiB and some tenths of a
 * second.
 */
export const defaultCost: ScryptCost = { N: 2 ** 17, r: 8, p: 1 };

/**
 * What is taken from a file: less is no hash worth the name, and more would take the memory of the machine.
 */
const MIN_N = 2 ** 12;
const MAX_N = 2 ** 20;
const SALT_BYTES = 16;
const HASH_BYTES = 32;
/** PCI DSS 8.3.6. */
const MIN_CHARACTERS = 12;
const MAX_BYTES = 1000;
const FORM = /^scrypt\$(\d{4,7})\$(\d{1,2})\$(\d{1,2})\$([\w-]{22})\$([\w-]{43})$/;

const derive = promisify<string, Buffer, number, ScryptOptions, Buffer>(scrypt);

/** What is wrong with a new password, as a sentence; undefined when it will do. */
export function passwordWeakness(name: string, password: string): string | undefined {
  const characters = [...password.normalize('NFKC')];
  if (characters.length < MIN_CHARACTERS)
    return `it has ${characters.length} characters; the least is ${MIN_CHARACTERS}`;
  if (Buffer.byteLength(password) > MAX_BYTES) return `it is longer than ${MAX_BYTES} bytes`;
  if (!/\p{L}/u.test(password) || !/\p{N}/u.test(password)) return 'it needs a letter and a digit';
  if (new Set(characters).size < 6) return 'it repeats too few characters';
  if (password.toLowerCase().includes(name.toLowerCase())) return 'it holds the name of its user';
  return undefined;
}

/** A password as it is kept: `scrypt$N$r$p$salt$hash`. */
export async function hashPassword(password: string, { N, r, p }: ScryptCost = defaultCost): Promise<string> {
  const salt = randomBytes(SALT_BYTES);
  const hash = await derive(password.normalize('NFKC'), salt, HASH_BYTES, {
    N,
    r,
    p,
    maxmem: memoryFor({ N, r, p }),
  });
  return ['scrypt', N, r, p, salt.toString('base64url'), hash.toString('base64url')].join('$');
}

/** Whether a password is the one that was hashed; the time does not depend on how much of it is right. */
export async function isPassword(password: string, hashed: string): Promise<boolean> {
  const parts = parse(hashed);
  if (parts === undefined) return false;
  const { cost, salt, hash } = parts;
  const derived = await derive(password.normalize('NFKC'), salt, hash.length, {
    ...cost,
    maxmem: memoryFor(cost),
  });
  return timingSafeEqual(derived, hash);
}

/** Whether a text is a password as {@link hashPassword} keeps it, at a cost that is within reason. */
export function isHashedPassword(text: string): boolean {
  return parse(text) !== undefined;
}

/** A hash that costs as much as another one to compare with, and that no password has. */
export function decoyLike(hashed: string | undefined): string {
  const { N, r, p } = (hashed === undefined ? undefined : parse(hashed)?.cost) ?? defaultCost;
  const random = (bytes: number): string => randomBytes(bytes).toString('base64url');
  return ['scrypt', N, r, p, random(SALT_BYTES), random(HASH_BYTES)].join('$');
}

function parse(hashed: string): { cost: ScryptCost; salt: Buffer; hash: Buffer } | undefined {
  const [, N, r, p, salt, hash] = FORM.exec(hashed) ?? [];
  if (salt === undefined || hash === undefined) return undefined;
  const cost = { N: Number(N), r: Number(r), p: Number(p) };
  const isPower = (cost.N & (cost.N - 1)) === 0;
  if (!isPower || cost.N < MIN_N || cost.N > MAX_N || cost.r < 8 || cost.r > 16 || cost.p < 1 || cost.p > 4)
    return undefined;
  return { cost, salt: Buffer.from(salt, 'base64url'), hash: Buffer.from(hash, 'base64url') };
}

/** Node refuses more memory than it is told of; scrypt needs 128 * N * r bytes and a little. */
function memoryFor({ N, r, p }: ScryptCost): number {
  return 128 * r * (N + p + 2);
}
