import { createPublicKey, generateKeyPair, type KeyObject, randomBytes } from 'node:crypto';
import { promisify } from 'node:util';

const generate = promisify(generateKeyPair);

/** A client that the gateway knows. */
export interface Client {
  /** `<48 characters client id>!<48 characters key id>`. */
  readonly consumerKey: string;
  readonly publicKey: KeyObject;
  /** Only when the simulator made the pair itself. */
  readonly privateKey?: KeyObject;
}

/** Makes a client with a signing key pair of its own, for demos and tests. */
export async function makeClient(): Promise<Client> {
  const { privateKey, publicKey } = await generate('rsa', { modulusLength: 2048 });
  return { consumerKey: makeConsumerKey(), publicKey, privateKey };
}

/** A client whose key pair was made elsewhere; a private key is read for its public half. */
export function knownClient(consumerKey: string, key: KeyObject): Client {
  return key.type === 'private'
    ? { consumerKey, publicKey: createPublicKey(key), privateKey: key }
    : { consumerKey, publicKey: key };
}

/** The left half of the consumer key, which is what `x-openapi-clientid` carries. */
export function clientIdOf(consumerKey: string): string {
  return consumerKey.split('!', 1)[0] ?? '';
}

/**
 * What the client is called in OAuth 2.0: its client id and the id of its key are the halves of the consumer
 * key.
 */
export function tokenClientOf({ consumerKey }: Client): { readonly clientId: string; readonly kid: string } {
  const [clientId = '', kid = ''] = consumerKey.split('!', 2);
  return { clientId, kid };
}

/**
 * Two halves of 48: letters, digits, `_` and `-`; then 32 hex digits and 16 zeros, as the gateway hands them
 * out.
 */
function makeConsumerKey(): string {
  return `${randomBytes(36).toString('base64url')}!${randomBytes(16).toString('hex')}${'0'.repeat(16)}`;
}
