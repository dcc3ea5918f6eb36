import { fromBER, type BaseBlock } from 'asn1js';

/**
 * Thrown by the cursor below; readers turn it into a `KeyError` with its place. Says the structure, never a
 * value.
 */
export class Asn1Mismatch extends Error {
  override readonly name = 'Asn1Mismatch';
}

const universal = 1;
const contextSpecific = 3;
const tags = {
  integer: 2,
  bitString: 3,
  octetString: 4,
  oid: 6,
  sequence: 16,
  set: 17,
  bmpString: 30,
} as const;
/** The types of text whose bytes are UTF-8, or ASCII, which is the same. */
const utf8Tags: ReadonlySet<number> = new Set([12, 18, 19, 20, 22, 26, 27]);

/**
 * A place in a decoded BER value. Every step checks its type, so that a walk reads like the RFC's definition.
 */
export class Asn1 {
  readonly #block: BaseBlock;

  private constructor(block: BaseBlock) {
    this.#block = block;
  }

  /** Decodes exactly one value; bytes after it are refused. */
  static decode(bytes: Uint8Array): Asn1 {
    const { value, length } = Asn1.decodeFirst(bytes);
    if (length !== bytes.length) throw new Asn1Mismatch('bytes after the end of the value');
    return value;
  }

  /** Decodes the value at the beginning, and tells how many bytes it takes. */
  static decodeFirst(bytes: Uint8Array): { readonly value: Asn1; readonly length: number } {
    const { offset, result } = parsed(bytes);
    if (offset === -1) throw new Asn1Mismatch('bytes that are no BER, or end too early');
    return { value: new Asn1(result), length: offset };
  }

  /** True when this is a value of that universal type. */
  is(type: keyof typeof tags): boolean {
    return this.#block.idBlock.tagClass === universal && this.#block.idBlock.tagNumber === tags[type];
  }

  /** The elements of a SEQUENCE, SET or constructed tag. */
  get items(): readonly Asn1[] {
    const { value } = this.#block.valueBlock as { value?: unknown };
    // asn1js also looks inside primitive octet strings on its own: only the constructed bit tells what was
    // written.
    if (!this.#block.idBlock.isConstructed || !Array.isArray(value))
      throw new Asn1Mismatch('a primitive value where a constructed one belongs');
    return value.map((block: BaseBlock) => new Asn1(block));
  }

  /** The nth element of a SEQUENCE. */
  at(index: number): Asn1 {
    this.#expect('sequence');
    return this.optional(index) ?? fail(`a sequence with no element ${index}`);
  }

  /** The nth element, if there. */
  optional(index: number): Asn1 | undefined {
    return this.items[index];
  }

  /** The element with context tag `[number]`, if there. */
  tagged(number: number): Asn1 | undefined {
    return this.items.find((item) => item.isTagged(number));
  }

  isTagged(number: number): boolean {
    return this.#block.idBlock.tagClass === contextSpecific && this.#block.idBlock.tagNumber === number;
  }

  /** Dotted object identifier. */
  get oid(): string {
    this.#expect('oid');
    return String(this.#block.valueBlock);
  }

  /** A small non-negative INTEGER. */
  get integer(): number {
    this.#expect('integer');
    const bytes = this.#content();
    if (bytes.length === 0 || bytes.length > 5 || (bytes[0] ?? 0) > 0x7f)
      throw new Asn1Mismatch('an integer out of range');
    return bytes.reduce((value, byte) => value * 256 + byte, 0);
  }

  /** The octets of an OCTET STRING, or of an implicitly tagged one; constructed ones are joined. */
  get octets(): Uint8Array {
    if (this.#block.idBlock.isConstructed) return Buffer.concat(this.items.map((item) => item.octets));
    if (!this.is('octetString') && this.#block.idBlock.tagClass !== contextSpecific)
      throw new Asn1Mismatch('no octets');
    return this.#content();
  }

  /** The text of a friendly name: a BMPString (RFC 2985), or UTF-8 as some producers write it. */
  get text(): string {
    const { tagClass, tagNumber } = this.#block.idBlock;
    if (tagClass === universal && utf8Tags.has(tagNumber))
      return Buffer.from(
        this.der.subarray(this.#block.blockLength - this.#block.valueBlock.blockLength),
      ).toString();
    this.#expect('bmpString');
    const content = this.#content();
    return Buffer.from(content.subarray(0, content.length & ~1))
      .swap16()
      .toString('utf16le');
  }

  /** The value as it was encoded, header included. */
  get der(): Uint8Array {
    return new Uint8Array(this.#block.valueBeforeDecodeView);
  }

  /**
   * The value with definite lengths throughout and octet strings in one piece, as OpenSSL wants private keys.
   */
  get definite(): Uint8Array {
    const { tagClass, tagNumber, isConstructed } = this.#block.idBlock;
    if (!isConstructed) return this.der;
    if (this.is('octetString')) return encoded(0x04, this.octets);
    const body = Buffer.concat(this.items.map((item) => item.definite));
    return encoded(((tagClass - universal) << 6) | 0x20 | tagNumber, body);
  }

  #content(): Uint8Array {
    const { valueHexView } = this.#block.valueBlock as { valueHexView?: unknown };
    if (!(valueHexView instanceof Uint8Array))
      throw new Asn1Mismatch('a constructed value where a primitive one belongs');
    return new Uint8Array(valueHexView);
  }

  #expect(type: keyof typeof tags): void {
    if (!this.is(type)) throw new Asn1Mismatch(`no ${type} where one belongs`);
  }
}

/** asn1js reports most damage by an offset of -1, and throws at some: too deep a nesting, for one. */
function parsed(bytes: Uint8Array): ReturnType<typeof fromBER> {
  try {
    // A copy: asn1js keeps views into what it is given.
    return fromBER(new Uint8Array(bytes));
  } catch {
    throw new Asn1Mismatch('bytes that are no BER');
  }
}

function encoded(tag: number, body: Uint8Array): Uint8Array {
  if (body.length < 0x80) return Buffer.concat([Uint8Array.of(tag, body.length), body]);
  const length = Buffer.from(body.length.toString(16).padStart(8, '0'), 'hex');
  const significant = length.subarray(length.findIndex((byte) => byte !== 0));
  return Buffer.concat([Uint8Array.of(tag, 0x80 | significant.length), significant, body]);
}

function fail(what: string): never {
  throw new Asn1Mismatch(what);
}
