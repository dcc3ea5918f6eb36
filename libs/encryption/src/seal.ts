import { CompactEncrypt } from 'jose/jwe/compact/encrypt';
import type { webcrypto } from 'node:crypto';
import { ContractViolationError, type PlaintextProblem } from './errors.ts';
import { cryptoKeyOf, type EncryptionKey } from './keys.ts';
import { jsonBytes, plaintextBytes } from './plaintext.ts';

/**
 * A JWE in compact serialization (RFC 7516 section 7.1) whose plaintext is a `Plaintext`. Only {@link seal} makes one:
 * a plain string, or a JWE of something else, does not fit where it is asked for.
 */
export type Jwe<Plaintext> = string & { readonly '~jwe': Plaintext };

/** What a plaintext must be; `validate` judges and changes nothing. */
export interface PlaintextContract {
  /** For the error: the name of the schema. */
  readonly name: string;
  readonly validate: (value: unknown) => { readonly valid: true } | { readonly valid: false; readonly problems: readonly PlaintextProblem[] };
}

/**
 * Seals a plaintext to the holder of the key. An object becomes JSON once; a string (as UTF-8) and bytes go in as they
 * are, never parsed. The argument is not changed. Fails closed: what has no one exact text throws
 * `PlaintextUnsealableError`, and there is no way on which it leaves in clear. Do not change bytes before this settles.
 */
export async function seal<Plaintext>(plaintext: Plaintext | string | Uint8Array, key: EncryptionKey): Promise<Jwe<Plaintext>> {
  return (await encrypt(plaintextBytes(plaintext), key.header, { key: cryptoKeyOf(key) })) as Jwe<Plaintext>;
}

/**
 * Seals a value after its contract has judged it. Throws `ContractViolationError` with the places that do not fit
 * (never their values), or what {@link seal} throws.
 */
export async function sealFor<Plaintext>(contract: PlaintextContract, plaintext: Plaintext, key: EncryptionKey): Promise<Jwe<Plaintext>> {
  const verdict = contract.validate(plaintext);
  if (!verdict.valid) throw new ContractViolationError(contract.name, verdict.problems);
  return (await encrypt(jsonBytes(plaintext), key.header, { key: cryptoKeyOf(key) })) as Jwe<Plaintext>;
}

/** Content key and IV that the published vectors fix; never given outside of tests. */
interface Fixed {
  readonly cek: Uint8Array;
  readonly iv: Uint8Array;
}

/** The cryptography is jose's; not exported from the package. */
export async function encrypt(
  plaintext: Uint8Array, header: { readonly alg: string; readonly enc: string }, { key, fixed }: { key: webcrypto.CryptoKey; fixed?: Fixed },
): Promise<string> {
  const message = new CompactEncrypt(plaintext).setProtectedHeader({ ...header });
  if (fixed !== undefined) message.setContentEncryptionKey(fixed.cek).setInitializationVector(fixed.iv);
  return message.encrypt(key);
}
