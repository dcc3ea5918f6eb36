import type { BatchReceipt, BatchStatus, Consumer } from '@enrollkit/contract/click-to-pay-enrollment';
import { oauth1 } from '@enrollkit/signing';
import { CompactEncrypt, importJWK, type JWK_RSA_Public } from 'jose';
import type { Simulator } from '../src/index.ts';

/**
 * The simulator's own little client: node's fetch, jose for JWE, our signing. It shares nothing with
 * libs/client.
 */
export interface Reply {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The parsed body; undefined when it is no JSON. */
  readonly json: unknown;
}

export const programme = { srcClientId: '11111111-2222-3333-4444-555555555555', serviceId: 'SRC' };

export interface Call {
  readonly method: string;
  /** Relative to the API. */
  readonly path: string;
  readonly body?: unknown;
  /** Bytes sent, when they are to differ from the bytes signed. */
  readonly sent?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly clock?: () => number;
  readonly nonce?: string;
}

/** Signs and sends one request; throws what fetch throws. */
export async function call(
  simulator: Simulator,
  { method, path, body, sent, headers = {}, clock, nonce }: Call,
): Promise<Reply> {
  const url = new URL(simulator.url + path);
  const text = typeof body === 'string' ? body : body === undefined ? '' : JSON.stringify(body);
  const key = simulator.signingKey;
  if (key === undefined) throw new Error('the simulator was given a client');
  const signer = oauth1({
    consumerKey: simulator.consumerKey,
    key,
    ...(clock && { clock }),
    ...(nonce !== undefined && { nonce: () => nonce }),
  });
  const signed = await signer.authenticate({ method, url, body: Buffer.from(text) });
  const bytes = sent ?? text;
  const response = await fetch(url, {
    method,
    headers: { ...signed, ...(bytes !== '' && { 'content-type': 'application/json' }), ...headers },
    ...(bytes !== '' && { body: bytes }),
  });
  return replyOf(response);
}

export async function replyOf(response: Response): Promise<Reply> {
  const text = await response.text();
  return { status: response.status, headers: response.headers, text, json: parsed(text) };
}

/** The body of a 202. */
export function receiptOf({ json }: Reply): BatchReceipt {
  return json as BatchReceipt;
}

/** The body of a batch status. */
export function statusOf({ json }: Reply): BatchStatus {
  return json as BatchStatus;
}

/** Encrypts with the key the simulator serves. */
export async function seal(
  simulator: Simulator,
  plaintext: unknown,
  { enc = 'A128GCM', kid }: { enc?: string; kid?: string } = {},
): Promise<string> {
  const { keys } = (await (await fetch(simulator.keys.url)).json()) as {
    keys: (JWK_RSA_Public & { kid: string })[];
  };
  const [jwk] = keys;
  if (jwk === undefined) throw new Error('the key set is empty');
  const key = await importJWK(jwk, 'RSA-OAEP-256');
  return new CompactEncrypt(Buffer.from(JSON.stringify(plaintext)))
    .setProtectedHeader({ alg: 'RSA-OAEP-256', enc, kid: kid ?? jwk.kid })
    .encrypt(key);
}

export interface Person {
  readonly consumer: string;
  readonly card: string;
  readonly pan?: string;
  readonly month?: string;
  readonly year?: string;
  readonly email?: string;
}

/** The plaintext of a batch. */
export function enrollmentData(people: readonly Person[]) {
  return {
    consumers: people.map(
      ({
        consumer,
        card,
        pan = '5186001700009726',
        month = '12',
        year = '2039',
        email = `${consumer}@example.com`,
      }) => ({
        externalConsumerId: consumer,
        consumer: consumerOf(email),
        cards: [
          {
            externalCardId: card,
            primaryAccountNumber: pan,
            panExpirationMonth: month,
            panExpirationYear: year,
            billingAddress: { line1: '12 Main Street', city: 'Springfield', countryCode: 'US', zip: '12345' },
          },
        ],
      }),
    ),
  };
}

export function consumerOf(email: string): Consumer {
  return {
    consumerIdentity: { identityType: 'EMAIL_ADDRESS', identityValue: email },
    mobileNumber: { countryCode: '1', phoneNumber: '5555550100' },
    firstName: 'Jane',
    lastName: 'Doe',
    countryCode: 'US',
    languageCode: 'EN',
  };
}

export function people(count: number, prefix = 'c'): Person[] {
  return Array.from({ length: count }, (_, at) => ({
    consumer: `${prefix}${at}`,
    card: `${prefix}${at}-card`,
  }));
}

export async function batchBody(simulator: Simulator, externalBatchId: string, records: readonly Person[]) {
  return {
    ...programme,
    externalBatchId,
    encryptedEnrollmentData: await seal(simulator, enrollmentData(records)),
  };
}

export async function enroll(
  simulator: Simulator,
  externalBatchId: string,
  records: readonly Person[],
): Promise<Reply> {
  return call(simulator, {
    method: 'POST',
    path: '/cards/batch',
    body: await batchBody(simulator, externalBatchId, records),
  });
}

const query = `srcClientId=${programme.srcClientId}&serviceId=${programme.serviceId}`;

export function ask(simulator: Simulator, batchId: string): Promise<Reply> {
  return call(simulator, { method: 'GET', path: `/cards/batch/${batchId}?${query}` });
}

export function get(simulator: Simulator, path: string): Promise<Reply> {
  return call(simulator, { method: 'GET', path: `${path}?${query}` });
}

export function del(simulator: Simulator, path: string, more = ''): Promise<Reply> {
  return call(simulator, { method: 'DELETE', path: `${path}?${query}${more}` });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
