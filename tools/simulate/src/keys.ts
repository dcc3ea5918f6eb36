import {
  constants,
  createDecipheriv,
  generateKeyPairSync,
  privateDecrypt,
  type KeyObject,
} from 'node:crypto';
import { encryptionKey, type EncryptionKey } from '@enrollkit/encryption';
import type { Plan } from './plan.ts';
import type { GroupValues } from './population.ts';

interface Pair {
  readonly sealing: EncryptionKey;
  readonly opening: KeyObject;
}

/** Made once: what they are decides nothing. */
const pairs: readonly Pair[] = ['old', 'new'].map((kid) => {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  return { sealing: encryptionKey(publicKey, { kid }), opening: privateKey };
});

/** A card as the provider opened it. */
export interface OpenedCard {
  readonly externalConsumerId: string;
  readonly externalCardId: string;
  /** Its data, one value of each group. */
  readonly values: GroupValues;
}

/** The provider's keys over time: which one is published, and which are still opened. */
export class ProviderKeys {
  readonly #rotation: Plan['rotation'];
  readonly #opened = new Map<string, readonly OpenedCard[]>();
  readonly #refused = new Set<string>();

  constructor(rotation: Plan['rotation']) {
    this.#rotation = rotation;
  }

  /** The published key. */
  sealing(elapsed: number): EncryptionKey {
    const [old, young] = pairs;
    if (old === undefined || young === undefined) throw new RangeError('there are two keys');
    return this.#rotation !== undefined && elapsed >= this.#rotation.at ? young.sealing : old.sealing;
  }

  /** Whether a client was ever refused for the key of this JWE. */
  wasRefused(jwe: string): boolean {
    return this.#refused.has(kidOf(jwe));
  }

  /** The cards in a JWE; undefined when its key is not opened any more. */
  open(jwe: string, elapsed: number): readonly OpenedCard[] | undefined {
    const [header = '', ...parts] = jwe.split('.');
    const { kid, enc } = JSON.parse(Buffer.from(header, 'base64url').toString()) as Record<string, string>;
    const withdrawn = this.#rotation !== undefined && elapsed >= this.#rotation.at + this.#rotation.grace;
    if (kid === 'old' && withdrawn) {
      this.#refused.add(kid);
      return undefined;
    }
    const known =
      this.#opened.get(jwe) ??
      decrypt(
        { header, parts, enc: enc ?? '' },
        pairs.find(({ sealing }) => sealing.kid === kid),
      );
    this.#opened.set(jwe, known);
    return known;
  }
}

const kidOf = (jwe: string): string =>
  (JSON.parse(Buffer.from(jwe.split('.')[0] ?? '', 'base64url').toString()) as { kid: string }).kid;

interface Sealed {
  readonly header: string;
  readonly parts: readonly string[];
  readonly enc: string;
}

function decrypt({ header, parts, enc }: Sealed, pair: Pair | undefined): readonly OpenedCard[] {
  if (pair === undefined) throw new Error('sealed with a key that was never published');
  const [wrapped, iv, text, tag] = parts.map((part) => Buffer.from(part, 'base64url'));
  if (wrapped === undefined || iv === undefined || text === undefined || tag === undefined)
    throw new Error('not a JWE');
  const key = privateDecrypt(
    { key: pair.opening, oaepHash: 'sha256', padding: constants.RSA_PKCS1_OAEP_PADDING },
    wrapped,
  );
  const cipher = createDecipheriv(enc === 'A256GCM' ? 'aes-256-gcm' : 'aes-128-gcm', key, iv, {
    authTagLength: tag.length,
  });
  cipher.setAAD(Buffer.from(header)).setAuthTag(tag);
  const { consumers } = JSON.parse(
    Buffer.concat([cipher.update(text), cipher.final()]).toString(),
  ) as EnrollmentData;
  return consumers.flatMap(({ externalConsumerId, consumer, cards }) =>
    cards.map((card) => ({
      externalConsumerId,
      externalCardId: card.externalCardId,
      values: {
        card: card.primaryAccountNumber,
        expiry: card.panExpirationMonth + card.panExpirationYear,
        name: consumer.lastName,
        contact: consumer.mobileNumber.countryCode + consumer.mobileNumber.phoneNumber,
        address: card.billingAddress?.line1 ?? '',
      },
    })),
  );
}

/**
 * The part of the contract's plaintext that is read here; written out, so that nothing is shared with what is
 * judged.
 */
interface EnrollmentData {
  readonly consumers: readonly {
    readonly externalConsumerId: string;
    readonly consumer: {
      readonly lastName: string;
      readonly mobileNumber: { readonly countryCode: string; readonly phoneNumber: string };
    };
    readonly cards: readonly {
      readonly externalCardId: string;
      readonly primaryAccountNumber: string;
      readonly panExpirationMonth: string;
      readonly panExpirationYear: string;
      readonly billingAddress?: { readonly line1?: string };
    }[];
  }[];
}
