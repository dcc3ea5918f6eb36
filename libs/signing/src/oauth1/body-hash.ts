import { hash } from 'node:crypto';
import { InvalidRequestError } from '../errors.ts';

/**
 * `oauth_body_hash`: base64 of the SHA-256 of the body's bytes; of no bytes when there is no body (OAuth
 * Request Body Hash 1.0). Throws {@link InvalidRequestError}.
 */
export function bodyHash(body: Uint8Array | undefined): string {
  if (body !== undefined && !(body instanceof Uint8Array))
    throw new InvalidRequestError(
      `body must be the bytes that are sent; found a ${typeof body}`,
      'Encode it first, and send the same bytes: new TextEncoder().encode(text).',
    );
  return hash('sha256', body ?? new Uint8Array(), 'base64');
}
