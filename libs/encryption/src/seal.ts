import { ContractViolationError, type PlaintextProblem } from './errors.ts';
import { type EncryptionKey, publicHalfOf } from './keys.ts';
import { jsonBytes, plaintextBytes } from './plaintext.ts';
import { sealHere, sealOnPool } from './seal-bytes.ts';

/**
 * A JWE in compact serialization (RFC 7516 section 7.1) whose plaintext is a `Plaintext`. Only {@link seal} makes one:
 * a plain string, or a JWE of something else, does not fit where it is asked for.
 */
export type Jwe<Plaintext> = string & { readonly '~jwe': Plaintext };

/** What a plaintext must be; `validate` judges and changes nothing. */
export interface PlaintextContract {
  /** For the error: the name of the schema. */
  readonly name: string;
  readonly validate: (
    value: unknown,
  ) => { readonly valid: true } | { readonly valid: false; readonly problems: readonly PlaintextProblem[] };
}

/**
 * Seals a plaintext to the holder of the key. An object becomes JSON once; a string (as UTF-8) and bytes go in as they
 * are, never parsed. The argument is not changed. Fails closed: what has no one exact text throws
 * `PlaintextUnsealableError`, and there is no way on which it leaves in clear. Do not change bytes before this settles.
 */
export async function seal<Plaintext>(
  plaintext: Plaintext | string | Uint8Array,
  key: EncryptionKey,
): Promise<Jwe<Plaintext>> {
  return (await encrypt(plaintextBytes(plaintext), key)) as Jwe<Plaintext>;
}

/**
 * Seals a value after its contract has judged it. Throws `ContractViolationError` with the places that do not fit
 * (never their values), or what {@link seal} throws.
 */
export async function sealFor<Plaintext>(
  contract: PlaintextContract,
  plaintext: Plaintext,
  key: EncryptionKey,
): Promise<Jwe<Plaintext>> {
  const verdict = contract.validate(plaintext);
  if (!verdict.valid) throw new ContractViolationError(contract.name, verdict.problems);
  return (await encrypt(jsonBytes(plaintext), key)) as Jwe<Plaintext>;
}

/**
 * Up to this many bytes, node:crypto seals on the spot: it takes a tenth of a millisecond, which is less than the calling
 * thread alone spends on handing the work to the pool (the bench shows both). Longer ones jose seals on the pool.
 */
const shortBytes = 32_768;

async function encrypt(plaintext: Uint8Array, key: EncryptionKey): Promise<string> {
  const { keyObject, cryptoKey } = publicHalfOf(key);
  return plaintext.length <= shortBytes
    ? sealHere(plaintext, key.header, { key: keyObject })
    : sealOnPool(plaintext, key.header, { key: cryptoKey });
}
