import { createPrivateKey } from 'node:crypto';
import { createClickToPayClient, type ClickToPay } from '@enrollkit/client';
import { encryptionKey } from '@enrollkit/encryption';
import { readPublicKey } from '@enrollkit/keys';
import { oauth1 } from '@enrollkit/signing';
import type { Job } from './job.ts';

/** Enrolls a batch by our client: checked, sealed, signed, sent and judged. Answers the batch's id. */
export async function enroll(
  { consumerKey, signingKey, certificate, externalBatchId, ...programme }: Job,
  consumers: ClickToPay.EnrollmentConsumer[],
): Promise<string | undefined> {
  const client = createClickToPayClient({
    ...programme,
    authenticator: oauth1({ consumerKey, key: createPrivateKey(signingKey) }),
    encryptionKey: async () => encryptionKey(await readPublicKey({ file: certificate })),
  });
  const body = { externalBatchId, encryptedEnrollmentData: { consumers } };
  const { data } = await client.POST('/cards/batch', { body });
  await client.close();
  return data?.batchId;
}
