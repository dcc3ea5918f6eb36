import type { Body, Operation } from '@enrollkit/contract';
import { sealFor, type EncryptionKey } from '@enrollkit/encryption';
import { RequestTooLargeError, RequestViolationError } from '../../request-violation-error.ts';

/** Bytes of a request's body at most, as many as of an answer's: no batch that makes sense comes near. */
export const maxRequestBytes: number = 16 * 1024 * 1024;

/**
 * Makes the bytes of a request from the plain view of its body: whatever the contract has as a JWE is checked
 * against its schema and sealed, then the whole is checked and becomes JSON once. Does not change `plainView`.
 *
 * Throws `ContractViolationError` when a plaintext does not fit, `RequestViolationError` when the rest does not,
 * `RequestTooLargeError` when it is larger than `maxRequestBytes`.
 */
export async function sealedBytes(
  operation: Operation,
  plainView: unknown,
  key: () => Promise<EncryptionKey>,
): Promise<Uint8Array> {
  const contract = bodyOf(operation);
  let body = plainView;
  for (const { pointer, plaintext, validatePlaintext } of contract.encrypted) {
    const schema = { name: plaintext, validate: validatePlaintext };
    body = await replaceAt(body, segmentsOf(pointer), async (value) => sealFor(schema, value, await key()));
  }
  const verdict = contract.validate(body);
  if (!verdict.valid) throw new RequestViolationError(operation.operationId, verdict.problems);
  const bytes = Buffer.from(JSON.stringify(body));
  if (bytes.length > maxRequestBytes)
    throw new RequestTooLargeError(operation.operationId, bytes.length, maxRequestBytes);
  return bytes;
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

/** A copy with every value the pointer leads to replaced (`*` for every item); what is absent stays absent. */
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
