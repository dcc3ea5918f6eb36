import { hash } from 'node:crypto';

/** `oauth_body_hash`: base64 of the SHA-256 of the body's bytes; of no bytes when there is no body (OAuth Request Body Hash 1.0). */
export function bodyHash(body: Uint8Array): string {
  return hash('sha256', body, 'base64');
}
