import { hash, randomBytes, timingSafeEqual } from 'node:crypto';

const TOKEN_BYTES = 32;

/** 256 random bits as 43 characters that need no encoding anywhere. */
export function newToken(): string {
  return randomBytes(TOKEN_BYTES).toString('base64url');
}

/** What is kept of a token: its SHA-256. Who reads the store cannot use what is in it. */
export function tokenDigest(token: string): string {
  return hash('sha256', token, 'base64url');
}

/** Whether two texts are the same, in a time that does not depend on where they differ. */
export function sameText(one: string, other: string): boolean {
  return timingSafeEqual(
    Buffer.from(hash('sha256', one, 'hex'), 'hex'),
    Buffer.from(hash('sha256', other, 'hex'), 'hex'),
  );
}
