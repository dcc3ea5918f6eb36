import { type Cipheriv, createCipheriv, createDecipheriv, type Decipheriv, hash } from 'node:crypto';

/**
 * What an opaque id stands for; the byte keeps the kinds apart, so that a card's id never names a consumer.
 */
const kinds = { consumer: 1, card: 2, batch: 3 } as const;

/** A kind of thing the provider gives ids to. */
export type IdKind = keyof typeof kinds;

/**
 * The provider's ids: UUID-shaped, opaque, and computed. An id is the thing's number under one block of AES,
 * so a million ids need no table and come out the same after a restart.
 */
export class OpaqueIds {
  /**
   * ECB without padding keeps no state between blocks, so one object serves for ever: making one costs seven
   * times a block.
   */
  readonly #cipher: Cipheriv;
  readonly #decipher: Decipheriv;

  constructor(secret: string) {
    const key = hash('sha256', `ids\u0000${secret}`, 'buffer').subarray(0, 16);
    this.#cipher = createCipheriv('aes-128-ecb', key, null).setAutoPadding(false);
    this.#decipher = createDecipheriv('aes-128-ecb', key, null).setAutoPadding(false);
  }

  /** The id of the thing with this number. */
  idOf(kind: IdKind, number: number): string {
    const block = Buffer.alloc(16);
    block.writeUInt8(kinds[kind], 0);
    block.writeUInt32BE(number, 12);
    const hex = this.#cipher.update(block).toString('hex');
    return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
  }

  /** The number behind an id, or undefined when it is not an id of this kind. */
  numberOf(kind: IdKind, id: string): number | undefined {
    if (!/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(id)) return undefined;
    const block = this.#decipher.update(Buffer.from(id.replaceAll('-', ''), 'hex'));
    const expected = Buffer.alloc(12);
    expected.writeUInt8(kinds[kind], 0);
    return block.subarray(0, 12).equals(expected) ? block.readUInt32BE(12) : undefined;
  }
}
