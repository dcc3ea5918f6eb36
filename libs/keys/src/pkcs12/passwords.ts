/** One way to write a password: as text for PBKDF2, and as bytes for the key derivation of RFC 7292. */
export interface Spelling {
  readonly text: string;
  readonly bytes: Uint8Array;
}

/**
 * The ways in which producers wrote a password, the one of RFC 7292 B.1 first: UTF-16 with two zero bytes at
 * the end; an empty one also as no bytes at all (Bouncy Castle); one with other letters than ASCII also as
 * its UTF-8 bytes, each widened to two (OpenSSL up to 1.0). A newline at the end, which a file may have
 * added, is tried without too.
 */
export function spellingsOf(password: string): readonly Spelling[] {
  const bare = password.replace(/\r?\n$/, '');
  return [...new Set([password, bare])].flatMap((text) => [
    { text, bytes: utf16(text) },
    ...(text === '' ? [{ text, bytes: new Uint8Array() }] : []),
    // oxlint-disable-next-line no-control-regex
    ...(/[^\u0000-\u007f]/.test(text) ? [{ text, bytes: utf16(Buffer.from(text).toString('latin1')) }] : []),
  ]);
}

function utf16(text: string): Uint8Array {
  return Buffer.from(`${text}\0`, 'utf16le').swap16();
}
