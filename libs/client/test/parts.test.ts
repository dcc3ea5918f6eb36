import { SeededRandom } from '@enrollkit/base';
import { validateEnrollmentData as validateClickToPay } from '@enrollkit/contract/click-to-pay-enrollment';
import { validateEnrollmentData as validateDirectory } from '@enrollkit/contract/credential-directory';
import { open } from '@enrollkit/encryption';
import type { EnrollmentRecord, PartSlot, Provider, SealedBody } from '@enrollkit/enrollment';
import { testRecord } from '@enrollkit/testkit';
import { describe, expect, it } from 'vitest';
import { directory, opening, provider } from './enrollment.ts';

const random = new SeededRandom(3);
const records = Array.from({ length: 40 }, (_, index) => testRecord(random, index + 1));
const [first] = records as [EnrollmentRecord];

/** A batch with names in many scripts, consents, and consumers with several cards. */
const batch: readonly EnrollmentRecord[] = records.flatMap((record, index) => {
  const compliance = {
    privacy: { acceptedVersion: '1' },
    terms: { latestVersionUri: 'https://b.example/"t' },
  };
  const consumer = index % 3 === 0 ? { ...record.consumer, compliance } : record.consumer;
  const line1 = 'Hall "A","cards":[ 7';
  return Array.from({ length: 1 + (index % 4) }, (_, card) => ({
    ...record,
    consumer,
    externalCardId: `card-${index}-${card}`,
    card: { ...record.card, billingAddress: { ...record.card.billingAddress, line1 } },
  }));
});

/** The parts of records as a thread hands them over: in bytes, behind some that are not theirs. */
function partsOf(of: readonly EnrollmentRecord[], { parts }: Provider): readonly PartSlot[] {
  return of.map((record, index) => {
    const { text, card } = parts?.partOf(record) ?? { text: '', card: 0 };
    const bytes = Buffer.from(`..${text}..`);
    const before = Buffer.byteLength(text.slice(0, card));
    const joins = of[index - 1]?.externalConsumerId === record.externalConsumerId;
    return { bytes, start: 2, card: 2 + before, end: bytes.length - 2, joins };
  });
}

async function plaintextOf({ bytes }: SealedBody): Promise<string> {
  const body = JSON.parse(Buffer.from(bytes).toString()) as { encryptedEnrollmentData: string };
  return Buffer.from(await open(body.encryptedEnrollmentData, opening)).toString();
}

describe.each([
  ['Click to Pay', () => provider('http://127.0.0.1:1'), validateClickToPay],
  ['the Credential Directory', () => directory('http://127.0.0.1:1').provider, validateDirectory],
] as const)('a batch for %s that is sealed from parts', (_name, open, validate) => {
  it('has the plaintext and the envelope of the same batch sealed from its records', async () => {
    const client: Provider = open();
    const whole = await client.seal({ externalBatchId: 'batch-1', records: batch });
    const parts = await client.parts?.seal('batch-1', partsOf(batch, client));
    if (parts === undefined) throw new Error('the provider seals no parts');
    expect(await plaintextOf(parts)).toBe(await plaintextOf(whole));
    expect({ ...parts, bytes: parts.bytes.length }).toEqual({ ...whole, bytes: whole.bytes.length });
  });

  it('is refused its part where a record does not fit the contract, or holds half a character', () => {
    const { parts } = open();
    const { consumer } = first;
    expect(parts?.partOf({ ...first, externalCardId: 'not an id' })).toBeUndefined();
    expect(parts?.partOf({ ...first, consumer: { ...consumer, lastName: 'x\ud800' } })).toBeUndefined();
  });

  it('is judged by nothing but its records: their number and their likeness are no matter of the contract', async () => {
    const client: Provider = open();
    const whole = JSON.parse(
      await plaintextOf(await client.seal({ externalBatchId: 'b', records: [first] })),
    ) as { readonly consumers: readonly Readonly<Record<string, unknown>>[] };
    const [consumer = {}] = whole.consumers;
    const list = 'cards' in consumer ? 'cards' : 'credentials';
    const cards = Array.from({ length: 1_500 }, () => (consumer[list] as readonly unknown[])[0]);
    const consumers = Array.from({ length: 1_500 }, () => consumer);
    consumers[0] = { ...consumer, [list]: cards };
    expect(validate({ consumers }).valid).toBe(true);
  });
});

it('a batch of more bytes than a reader takes is refused as one that is too large', async () => {
  const client = provider('http://127.0.0.1:1');
  const many = Array.from({ length: 40_000 }, (_, index) => ({ ...first, externalConsumerId: `c-${index}` }));
  await expect(client.parts?.seal('batch-1', partsOf(many, client))).rejects.toMatchObject({
    code: 'request-too-large',
  });
});

it('the module that a provider names for other threads makes its parts', async () => {
  const { parts } = provider('http://127.0.0.1:1');
  const { partOf } = (await import(parts?.module ?? '')) as { readonly partOf: unknown };
  expect(partOf).toBe(parts?.partOf);
});
