import { createReadStream, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { parse } from 'csv-parse';
import signer from 'mastercard-oauth1-signer';
import { BATCH_SIZE, job, PEER_BATCH, PROGRAMME } from './files.ts';
import { openJournal } from './peer-journal.ts';

/**
 * The same work as somebody would write it today with the official libraries: no ledger, no checks beyond
 * what CSV needs, nothing survives a crash; the durable one keeps a row for each record, so that somebody
 * could look after one.
 */
interface OfficialLibrary {
  readonly JweEncryption: new (config: object) => {
    encrypt(endpoint: string, header: object, body: object): { body: { encryptedData: string } };
  };
}

const { JweEncryption } = createRequire(import.meta.url)('mastercard-client-encryption') as OfficialLibrary;
const { input, folder, url, inFlight: most, durable = false } = job();
const journal = durable ? openJournal(folder) : undefined;
const consumerKey = readFileSync(join(folder, 'consumer-key.txt'), 'utf8').trim();
const signingKey = readFileSync(join(folder, 'signing-key.pem'), 'utf8');
const jwe = new JweEncryption({
  mode: 'JWE',
  paths: [{ path: '/cards/batch', toEncrypt: [{ element: '$', obj: '$' }], toDecrypt: [] }],
  encryptionCertificate: join(folder, 'provider.crt'),
  encryptedValueFieldName: 'encryptedData',
});

let enrolled = 0;
let sent = 0;
const inFlight = new Set<Promise<void>>();
let rows: Record<string, string>[] = [];
for await (const row of createReadStream(input).pipe(parse({ columns: true, bom: true })) as AsyncIterable<
  Record<string, string>
>) {
  rows.push(row);
  if (rows.length === BATCH_SIZE) await start();
}
if (rows.length > 0) await start();
await Promise.all(inFlight);
process.stdout.write(`${enrolled}\n`);

async function start(): Promise<void> {
  const task: Promise<void> = enroll(rows, `${PEER_BATCH}${sent++}`).finally(() => inFlight.delete(task));
  inFlight.add(task);
  rows = [];
  if (inFlight.size >= most) await Promise.race(inFlight);
}

async function enroll(batch: readonly Record<string, string>[], externalBatchId: string): Promise<void> {
  const { body: sealed } = jwe.encrypt('/cards/batch', {}, { consumers: batch.map(toConsumer) });
  const body = JSON.stringify({
    ...PROGRAMME,
    externalBatchId,
    encryptedEnrollmentData: sealed.encryptedData,
  });
  journal?.begun(externalBatchId, batch);
  const receipt = (await call('POST', '/cards/batch', body)) as { batchId: string };
  journal?.accepted(externalBatchId, receipt.batchId);
  const status = (await call('GET', `/cards/batch/${receipt.batchId}`)) as { items?: { status: string }[] };
  const statuses = (status.items ?? []).map((item) => item.status);
  journal?.ended(externalBatchId, statuses);
  enrolled += statuses.filter((one) => one === 'SUCCESSFUL').length;
}

async function call(method: string, path: string, body?: string): Promise<unknown> {
  const authorization = signer.getAuthorizationHeader(
    url + path,
    method,
    body ?? null,
    consumerKey,
    signingKey,
  ) as string;
  const response = await fetch(url + path, {
    method,
    headers: { authorization, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body }),
  });
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status}`);
  return response.json();
}

function toConsumer(row: Record<string, string>): unknown {
  const [month, year] = (row['expiry'] ?? '').split('/');
  return {
    externalConsumerId: row['externalConsumerId'],
    consumer: {
      consumerIdentity: { identityType: 'EMAIL_ADDRESS', identityValue: row['email'] },
      mobileNumber: { countryCode: '1', phoneNumber: row['mobile']?.slice(2) },
      firstName: row['firstName'],
      lastName: row['lastName'],
      countryCode: row['country'],
      languageCode: row['language'],
    },
    cards: [
      {
        externalCardId: row['externalCardId'],
        primaryAccountNumber: row['pan'],
        panExpirationMonth: month,
        panExpirationYear: `20${year}`,
        billingAddress: {
          line1: row['addressLine1'],
          city: row['city'],
          state: row['state'],
          zip: row['postalCode'],
          countryCode: row['country'],
        },
      },
    ],
  };
}
