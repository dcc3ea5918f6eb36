// @ts-expect-error -- it has no types
import encryption from 'mastercard-client-encryption';
import signer from 'mastercard-oauth1-signer';
import type { Job } from './job.ts';

interface Official {
  encrypt(path: string, header: object, body: object): { readonly body: { readonly encryptedData: string } };
}

/** Enrolls a batch by the official libraries and `fetch`: sealed, signed and sent. Answers the batch's id. */
export async function enroll(
  { baseUrl, srcClientId, serviceId, consumerKey, signingKey, certificate, externalBatchId }: Job,
  consumers: readonly object[],
): Promise<string> {
  const jwe: Official = new encryption.JweEncryption({
    mode: 'JWE',
    paths: [{ path: '/cards/batch', toEncrypt: [{ element: '$', obj: '$' }], toDecrypt: [] }],
    encryptionCertificate: certificate,
    encryptedValueFieldName: 'encryptedData',
  });
  const sealed = jwe.encrypt('/cards/batch', {}, { consumers });
  const encryptedEnrollmentData = sealed.body.encryptedData;
  const body = JSON.stringify({ srcClientId, serviceId, externalBatchId, encryptedEnrollmentData });
  const url = `${baseUrl}/cards/batch`;
  const authorization = signer.getAuthorizationHeader(url, 'POST', body, consumerKey, signingKey);
  const headers = { authorization, 'content-type': 'application/json' };
  const response = await fetch(url, { method: 'POST', headers, body });
  const { batchId } = (await response.json()) as { batchId: string };
  return batchId;
}
