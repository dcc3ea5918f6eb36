import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { writeFileSync } from 'node:fs';
import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { clickToPayProvider } from '@enrollkit/client';
import { encryptionKey } from '@enrollkit/encryption';
import { openSqliteLedger } from '@enrollkit/ledger';
import { defaultSettings, openInput, Pipeline, systemClock } from '@enrollkit/pipeline';
import { oauth1 } from '@enrollkit/signing';
import { bounded, temporaryFolder } from '@enrollkit/testkit';
import * as fc from 'fast-check';
import { describe, expect, it, onTestFinished } from 'vitest';
import { cardholders } from './cardholders.ts';

const { parameters, timeout } = bounded(20);
const RECORDS = 12;

const authenticator = oauth1({
  consumerKey: `${'c'.repeat(48)}!${'k'.repeat(48)}`,
  key: generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey,
});
const sealing = await encryptionKey(generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey);

/** How one request is answered: true to the contract, near it, or in no way at all. */
type Trick = 'true' | 'reset' | 'garbage' | { readonly status: number; readonly body: unknown };

const shapes = fc.oneof(
  fc.jsonValue(),
  fc.record(
    {
      batchId: fc.constantFrom('B-0', 'B-1', 'B-2', ''),
      externalBatchId: fc.jsonValue(),
      status: fc.constantFrom('IN_PROGRESS', 'COMPLETED_SUCCESSFULLY', 'FAILED', 'WHAT'),
      items: fc.constantFrom([], null, [{}]),
    },
    { requiredKeys: [] },
  ),
  fc.record({
    status: fc.constantFrom(400, 409, 503),
    reason: fc.constantFrom('INVALID_STATE', 'ALREADY_EXISTS', 'UNAVAILABLE', 'WHAT'),
    message: fc.string(),
  }),
);
const trick: fc.Arbitrary<Trick> = fc.oneof(
  fc.constantFrom<Trick[]>('true', 'true', 'reset', 'garbage'),
  fc.record({ status: fc.constantFrom(200, 202, 204, 302, 400, 404, 409, 429, 500, 502, 503), body: shapes }),
);

/** A provider that plays tricks, one a request, and after the last of them tells the truth. */
class Trickster {
  readonly #ids: string[] = [];
  tricks: readonly Trick[] = [];
  #turn = 0;

  begin(tricks: readonly Trick[]): void {
    this.tricks = tricks;
    this.#turn = 0;
    this.#ids.length = 0;
  }

  answer(url: string, body: string, response: ServerResponse): void {
    const played = this.tricks[this.#turn++] ?? 'true';
    const truth =
      body === ''
        ? this.#status(url)
        : this.#receipt((JSON.parse(body) as { externalBatchId: string }).externalBatchId);
    if (played === 'reset') return void response.socket?.resetAndDestroy();
    if (played === 'garbage') return void response.socket?.end('\0\u0001 no HTTP');
    const [status, said] = played === 'true' ? truth : [played.status, played.body];
    response
      .writeHead(status, { 'content-type': 'application/json', 'retry-after': '0' })
      .end(status === 204 ? '' : JSON.stringify(said));
  }

  #receipt(externalBatchId: string): [number, unknown] {
    if (!this.#ids.includes(externalBatchId)) this.#ids.push(externalBatchId);
    return [202, { batchId: `B-${this.#ids.indexOf(externalBatchId)}`, externalBatchId }];
  }

  #status(url: string): [number, unknown] {
    const batchId = /batch\/([^?]*)/.exec(url)?.[1] ?? '';
    const externalBatchId = this.#ids[Number(batchId.slice(2))];
    if (externalBatchId === undefined)
      return [
        404,
        {
          status: 404,
          reason: 'NOT_FOUND',
          message: 'no such batch',
          errordetail: [{ reason: 'NOT_FOUND', source: 'batchId' }],
        },
      ];
    const items = Array.from({ length: RECORDS }, (_, index) => ({
      externalConsumerId: `consumer-${index}`,
      externalCardId: `card-${index}`,
      status: 'SUCCESSFUL',
    }));
    return [200, { batchId, externalBatchId, status: 'COMPLETED_SUCCESSFULLY', items }];
  }
}

describe('whatever the provider answers', { timeout }, () => {
  it('each record is in exactly one state, and no batch is left as if it were being sent', async () => {
    const trickster = new Trickster();
    const server = createServer((request, response) => {
      let body = '';
      request
        .setEncoding('utf8')
        .on('data', (part: string) => (body += part))
        .on('end', () => trickster.answer(request.url ?? '', body, response));
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    onTestFinished(() => void server.close());
    const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    await fc.assert(
      fc.asyncProperty(
        fc.array(trick, { maxLength: 12 }),
        fc.constantFrom('hold' as const, 'resend' as const),
        async (tricks, onUnknown) => {
          trickster.begin(tricks);
          using folder = temporaryFolder();
          writeFileSync(folder.file('in.csv'), cardholders(RECORDS));
          const ledger = await openSqliteLedger(folder.file('ledger.db'));
          const provider = clickToPayProvider({
            baseUrl,
            srcClientId: '11111111-2222-3333-4444-555555555555',
            serviceId: 'BANK',
            authenticator,
            encryptionKey: () => Promise.resolve(sealing),
            transport: { deadlineMs: 5_000 },
          });
          const settings = {
            ...defaultSettings,
            batchSize: 4,
            requestsPerSecond: 10_000,
            inFlight: 3,
            onUnknown,
            backOffMs: 20,
            deadlineMs: 2_500,
            poll: { firstMs: 1, maxMs: 10, factor: 2, jitter: 0 },
          };
          const pipeline = new Pipeline({
            ledger,
            provider,
            fingerprintKey: Buffer.alloc(32),
            environment: 'http://127.0.0.1',
            programme: 'x',
            settings,
            reading: {},
            clock: systemClock,
            random: () => 0,
            notify: () => undefined,
          });
          const input = await openInput(folder.file('in.csv'));
          const lock = await ledger.lock('test');
          const never = new AbortController().signal;
          try {
            const intake = await pipeline.open(input);
            await pipeline.load(intake, input, never);
            const ending = await pipeline.send(intake, never, input);
            const { batches, rows, records, enrolled, refused, unknown, waiting, submitted, abandoned } =
              await ledger.tally(intake.id);
            expect({
              rows,
              records,
              sum: enrolled + refused + unknown + waiting + submitted + abandoned,
            }).toEqual({ rows: RECORDS, records: RECORDS, sum: RECORDS });
            expect(batches.submitting).toBe(0);
            expect(ending.kind === 'idle' && waiting + submitted > 0).toBe(false);
          } finally {
            await input.close();
            await lock.release();
            await ledger.close();
            await provider.close();
          }
        },
      ),
      parameters,
    );
  });
});
