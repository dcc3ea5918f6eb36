/* The code of the README, compiled here and run by readme.test.ts. */
/* eslint-disable no-console */
// #region first
import { openClickToPayClient, ProviderError, providerErrorOf } from '@enrollkit/client';
// #endregion
import {
  createClickToPayClient,
  readNotification,
  signedFetch,
  type ClickToPayClient,
  type ClickToPayFiles,
} from '@enrollkit/client';
import type { EnrollmentData } from '@enrollkit/contract/click-to-pay-enrollment';
import { encryptionKey } from '@enrollkit/encryption';
import { keySet, readPrivateKey } from '@enrollkit/keys';
import { oauth1 } from '@enrollkit/signing';
import axios from 'axios';
import got from 'got';

export async function firstBatch(
  { baseUrl, srcClientId, serviceId, signingKey, consumerKeyFile, keySetUrl }: ClickToPayFiles,
  consumers: EnrollmentData['consumers'],
  externalBatchId: string,
) {
  // #region batch
  const client = await openClickToPayClient({
    baseUrl,
    srcClientId,
    serviceId,
    signingKey, // { file: 'signing.p12', passwordFile: 'signing.password', alias: 'keyalias' }
    consumerKeyFile,
    keySetUrl, // https://sandbox.src.mastercard.com/keys/mcs/fpanEncryption
  });
  const body = { externalBatchId, encryptedEnrollmentData: { consumers } };
  const { data } = await client.POST('/cards/batch', { body });
  const { status, items } = await client.waitForBatch(data?.batchId ?? '');
  await client.close();
  // #endregion
  return { status, items };
}

export async function errors(
  client: ClickToPayClient,
  body: Parameters<ClickToPayClient['enrollBatch']>[0]['body'],
) {
  // #region errors
  const { data, response } = await client.POST('/cards/batch', { body });
  const refusal = providerErrorOf(response); // undefined for a success
  if (refusal) console.error(refusal.outcome, refusal.hint, refusal.correlationId);
  // #endregion
  return data;
}

export async function retry(
  client: ClickToPayClient,
  body: Parameters<ClickToPayClient['enrollBatch']>[0]['body'],
) {
  // #region retry
  try {
    return await client.enrollBatch({ body }, { retries: { attempts: 5 }, timeoutMs: 20_000 });
  } catch (error) {
    if (!(error instanceof ProviderError) || error.outcome !== 'unknown') throw error;
    return undefined; // it may have arrived: look for it, do not send it again
  }
  // #endregion
}

export async function states(client: ClickToPayClient, batchId: string, signal: AbortSignal) {
  const seen: string[] = [];
  // #region states
  for await (const { status } of client.batchStates(batchId, { signal, everyMs: 5_000 })) seen.push(status);
  // #endregion
  return seen;
}

export async function parts(file: string, consumerKey: string, url: string) {
  const [baseUrl, srcClientId, serviceId] = ['https://api.mastercard.com', '', ''];
  // #region parts
  const signing = await readPrivateKey({ file });
  const keys = keySet({ url });
  const client = createClickToPayClient({
    baseUrl,
    srcClientId,
    serviceId,
    authenticator: oauth1({ consumerKey, key: signing.key }),
    encryptionKey: async () => encryptionKey(await keys.newest({ purpose: 'fpan-encryption' })),
    transport: { proxy: 'environment' },
    appInfo: 'payments-hub/2.1',
    onError: ({ operationId, url, error }) => console.error(operationId, url, error),
  });
  // #endregion
  return client;
}

export async function receive(body: Uint8Array) {
  // #region notification
  const { batchId, outcomes } = await readNotification(body, { kind: 'none' });
  // #endregion
  return { batchId, outcomes };
}

export function anyApi(consumerKey: string, key: Parameters<typeof oauth1>[0]['key']) {
  // #region fetch
  const send = signedFetch(oauth1({ consumerKey, key }));
  // #endregion
  return send;
}

export async function withAxios(consumerKey: string, key: Parameters<typeof oauth1>[0]['key'], url: string) {
  // #region axios
  const http = axios.create({ adapter: 'fetch', env: { fetch: signedFetch(oauth1({ consumerKey, key })) } });
  const { data } = await http.post<unknown>(url, { some: 'body' });
  // #endregion
  return data;
}

export async function withGot(consumerKey: string, key: Parameters<typeof oauth1>[0]['key'], url: string) {
  // #region got
  const authenticator = oauth1({ consumerKey, key });
  const http = got.extend({
    followRedirect: false,
    hooks: {
      beforeRequest: [
        async ({ method, url, body, headers }) => {
          const bytes = Buffer.from(typeof body === 'string' ? body : '');
          if (url instanceof URL)
            Object.assign(headers, await authenticator.authenticate({ method, url, body: bytes }));
        },
      ],
    },
  });
  const data = await http.post(url, { json: { some: 'body' } }).json();
  // #endregion
  return data;
}
