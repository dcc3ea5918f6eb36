import { ContractViolationError, type PlaintextProblem, PlaintextUnsealableError } from './errors.ts';
import { type EncryptionKey, sealerOf } from './keys.ts';
import { defaultMaxLength } from './limits.ts';
import { judgedCopy, jsonBytes, plaintextBytes } from './plaintext.ts';
import { sealBytes } from './seal-bytes.ts';

/**
 * A JWE in compact serialization (RFC 7516 section 7.1) whose plaintext is a `Plaintext`. Only {@link seal}
 * makes one: a plain string, or a JWE of something else, does not fit where it is asked for.
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
 * Seals a plaintext to the holder of the key. An object becomes JSON once; a string (as UTF-8) and bytes go
 * in as they are, never parsed. The argument is not changed. Fails closed: what has no one exact text throws
 * `PlaintextUnsealableError` with its place, and there is no way on which it leaves in clear. Do not change
 * bytes before this settles.
 */
export async function seal<Plaintext>(
  plaintext: Plaintext | string | Uint8Array,
  key: EncryptionKey,
): Promise<Jwe<Plaintext>> {
  return (await encrypt(plaintextBytes(plaintext), key)) as Jwe<Plaintext>;
}

/**
 * Seals a value after its contract has judged it: what is judged is what is sealed, whatever getters or a
 * `toJSON` say when they are asked again. Throws `ContractViolationError` with the places that do not fit
 * (never their values), or what {@link seal} throws.
 */
export async function sealFor<Plaintext>(
  contract: PlaintextContract,
  plaintext: Plaintext,
  key: EncryptionKey,
): Promise<Jwe<Plaintext>> {
  return (await encrypt(judgedBytes(contract, plaintext), key)) as Jwe<Plaintext>;
}

/**
 * The bytes of a plaintext that fits. Apart from {@link sealFor}, so that nobody holds the copy while it is
 * encrypted.
 */
function judgedBytes(contract: PlaintextContract, plaintext: unknown): Uint8Array<ArrayBuffer> {
  const judged = judgedCopy(plaintext);
  const bytes = jsonBytes(judged);
  const verdict = contract.validate(judged);
  if (!verdict.valid) throw new ContractViolationError(contract.name, verdict.problems);
  return bytes;
}

/**
 * The longest plaintext whose token a reader with default limits opens: base64url writes four characters for
 * three bytes.
 */
const mostBytes = Math.floor((defaultMaxLength * 3) / 4) - 16_384;

function encrypt(plaintext: Uint8Array<ArrayBuffer>, key: EncryptionKey): Promise<string> {
  if (plaintext.length > mostBytes)
    throw new PlaintextUnsealableError(
      `${plaintext.length} bytes, more than the ${mostBytes} that a reader takes`,
    );
  return sealBytes(plaintext, sealerOf(key));
}
