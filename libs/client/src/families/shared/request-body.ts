import type { Body, Operation } from '@enrollkit/contract';
import { PlaintextUnsealableError, seal, sealFor, type EncryptionKey, type Jwe } from '@enrollkit/encryption';
import { RequestTooLargeError, RequestViolationError } from '../../errors.ts';

/** Bytes of a request's body at most, as many as of an answer's: no batch that makes sense comes near. */
export const maxRequestBytes: number = 16 * 1024 * 1024;

/** The exact bytes of a request, and the key that sealed what is sensitive in them. */
export interface SealedBytes {
  readonly bytes: Uint8Array;
  /** Undefined when nothing had to be sealed. */
  readonly kid: string | undefined;
}

/**
 * Makes the bytes of a request from the plain view of its body: whatever the contract has as a JWE is checked
 * against its schema and sealed, unless it is sealed already; then the whole is checked and becomes JSON
 * once. Does not change `plainView`.
 *
 * Throws `ContractViolationError` when a plaintext does not fit, `RequestViolationError` when the rest does
 * not, `RequestTooLargeError` when it is larger than `maxRequestBytes`.
 */
export async function sealedBytes(
  operation: Operation,
  plainView: unknown,
  key: () => Promise<EncryptionKey>,
): Promise<SealedBytes> {
  const contract = bodyOf(operation);
  let body = plainView;
  let kid: string | undefined;
  for (const { pointer, plaintext, validatePlaintext } of contract.encrypted) {
    const schema = { name: plaintext, validate: validatePlaintext };
    body = await replaceAt(body, segmentsOf(pointer), async (value) => {
      if (typeof value === 'string') return value;
      const current = await key();
      kid = current.kid;
      return await sealFor(schema, value, current).catch((error: unknown) => {
        throw tooLarge(operation, sizeOf(value), error) ?? error;
      });
    });
  }
  const verdict = contract.validate(body);
  if (!verdict.valid) throw new RequestViolationError(operation.operationId, verdict.problems);
  const bytes = Buffer.from(JSON.stringify(body));
  if (bytes.length > maxRequestBytes)
    throw new RequestTooLargeError(operation.operationId, bytes.length, maxRequestBytes);
  return { bytes, kid };
}

/** Seals JSON that its contract has judged already. Throws `RequestTooLargeError`. */
export function sealedData<Data>(
  operation: Operation,
  judged: Uint8Array,
  key: EncryptionKey,
): Promise<Jwe<Data>> {
  return seal<Data>(judged, key).catch((error: unknown) => {
    throw tooLarge(operation, judged.length, error) ?? error;
  });
}

/** A plaintext that no reader would take, because of its size, is a matter of how many records there are. */
function tooLarge(operation: Operation, bytes: number, error: unknown): RequestTooLargeError | undefined {
  if (!(error instanceof PlaintextUnsealableError)) return undefined;
  const sealed = Math.ceil((bytes * 4) / 3);
  return sealed > maxRequestBytes * 0.99
    ? new RequestTooLargeError(operation.operationId, sealed, maxRequestBytes)
    : undefined;
}

function sizeOf(value: unknown): number {
  try {
    return Buffer.byteLength(JSON.stringify(value) ?? '');
  } catch {
    return 0;
  }
}

function bodyOf(operation: Operation): Body {
  if (operation.request) return operation.request;
  throw new RequestViolationError(operation.operationId, [
    { pointer: '', keyword: 'false', message: 'has no body' },
  ]);
}

const segmentsOf = (pointer: string): readonly string[] =>
  pointer
    .split('/')
    .slice(1)
    .map((segment) => segment.replaceAll('~1', '/').replaceAll('~0', '~'));

/**
 * A copy with every value the pointer leads to replaced (`*` for every item); what is absent stays absent.
 */
async function replaceAt(
  value: unknown,
  [segment, ...rest]: readonly string[],
  replace: (value: unknown) => Promise<unknown>,
): Promise<unknown> {
  if (segment === undefined) return replace(value);
  if (typeof value !== 'object' || value === null) return value;
  const entries = await Promise.all(
    Object.entries(value).map(async ([name, child]) => {
      const onPath = child !== undefined && (segment === '*' || segment === name);
      return [name, onPath ? await replaceAt(child, rest, replace) : child] as const;
    }),
  );
  return Array.isArray(value) ? entries.map(([, child]) => child) : Object.fromEntries(entries);
}
