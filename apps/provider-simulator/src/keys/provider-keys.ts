import {
  createPrivateKey,
  createPublicKey,
  generateKeyPair,
  hash,
  type KeyObject,
  type webcrypto,
} from 'node:crypto';
import { promisify } from 'node:util';

const generate = promisify(generateKeyPair);

/** One of the provider's encryption keys. */
export interface ProviderKey {
  /** In the shape of the provider's: `20230207223521-sandbox-fpan-encryption-src-mastercard-int`. */
  readonly kid: string;
  readonly privateKey: KeyObject;
}

/** A public JWK as the key set shows it (RFC 7517). */
export type PublicJwk = Readonly<Record<string, unknown>> & { readonly kid: string };

/** The provider's FPAN encryption keys: the newest is the one to use, older ones may still be accepted. */
export class ProviderKeys {
  #keys: readonly ProviderKey[];
  readonly #now: () => number;

  private constructor(keys: readonly ProviderKey[], now: () => number) {
    this.#keys = keys;
    this.#now = now;
  }

  /** Uses the keys given, newest first, or makes one RSA-2048 pair. */
  static async create(now: () => number, keys: readonly ProviderKey[] = []): Promise<ProviderKeys> {
    const made = new ProviderKeys(keys, now);
    if (keys.length === 0) await made.rotate('refuse');
    return made;
  }

  /** The key to encrypt with. */
  get current(): ProviderKey {
    const [newest] = this.#keys;
    if (newest === undefined) throw new Error('The provider has no encryption key');
    return newest;
  }

  get all(): readonly ProviderKey[] {
    return this.#keys;
  }

  /**
   * Adds a new key in front. `refuse` forgets the old ones, `accept` keeps taking what was encrypted with
   * them.
   */
  async rotate(old: 'accept' | 'refuse'): Promise<ProviderKey> {
    const { privateKey } = await generate('rsa', { modulusLength: 2048 });
    const key = { kid: this.#freeKid(), privateKey };
    this.#keys = [key, ...(old === 'accept' ? this.#keys : [])];
    return key;
  }

  /**
   * The key a JWE header names: by `kid`, by the hex SHA-256 of its SubjectPublicKeyInfo, or the newest when
   * it names none.
   */
  find(kid: string | undefined): KeyObject | undefined {
    if (kid === undefined) return this.current.privateKey;
    return this.#keys.find((key) => key.kid === kid || fingerprint(key.privateKey) === kid.toLowerCase())
      ?.privateKey;
  }

  /** The JWK set as it is served, and its entity tag. */
  keySet(): { readonly json: { readonly keys: readonly PublicJwk[] }; readonly etag: string } {
    const keys = this.#keys.map(({ kid, privateKey }) => ({
      ...createPublicKey(privateKey).export({ format: 'jwk' }),
      kid,
      use: 'enc',
      key_ops: ['encrypt'],
      alg: 'RSA-OAEP-256',
    }));
    return { json: { keys }, etag: `"${hash('sha256', JSON.stringify(keys)).slice(0, 16)}"` };
  }

  /** The time of day to the second; two keys of one second get different ids by counting up. */
  #freeKid(): string {
    for (let time = this.#now(); ; time += 1000) {
      const stamp = new Date(time).toISOString().replaceAll(/\D/g, '').slice(0, 14);
      const kid = `${stamp}-sandbox-fpan-encryption-src-mastercard-int`;
      if (!this.#keys.some((key) => key.kid === kid)) return kid;
    }
  }
}

/** The keys as private JWKs, to be kept in a file. */
export function exportKeys(keys: readonly ProviderKey[]): string {
  return JSON.stringify(
    { keys: keys.map(({ kid, privateKey }) => ({ ...privateKey.export({ format: 'jwk' }), kid })) },
    undefined,
    2,
  );
}

/** Reads what `exportKeys` wrote. Throws when it is something else. */
export function importKeys(text: string): ProviderKey[] {
  const { keys } = JSON.parse(text) as { keys: (webcrypto.JsonWebKey & { kid: string })[] };
  return keys.map((jwk) => ({ kid: jwk.kid, privateKey: createPrivateKey({ key: jwk, format: 'jwk' }) }));
}

function fingerprint(privateKey: KeyObject): string {
  return hash('sha256', createPublicKey(privateKey).export({ type: 'spki', format: 'der' }));
}
