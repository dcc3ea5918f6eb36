import type { paths } from '@enrollkit/contract/click-to-pay-enrollment';
import createClient from 'openapi-fetch';
import type { Job } from './job.ts';

/** Sends a batch that somebody else has sealed by openapi-fetch and the generated paths alone: not signed. */
export async function enroll(
  { baseUrl, srcClientId, serviceId, externalBatchId }: Job,
  encryptedEnrollmentData: paths['/cards/batch']['post']['requestBody']['content']['application/json']['encryptedEnrollmentData'],
): Promise<string | undefined> {
  const client = createClient<paths>({ baseUrl });
  const body = { srcClientId, serviceId, externalBatchId, encryptedEnrollmentData };
  const { data } = await client.POST('/cards/batch', { body });
  return data?.batchId;
}
