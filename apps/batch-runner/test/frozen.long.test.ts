import { spawn } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { openSqliteLedger } from '@enrollkit/ledger';
import { temporaryFolder, waitFor } from '@enrollkit/testkit';
import { describe, expect, it, onTestFinished } from 'vitest';
import { cardholders } from './cardholders.ts';
import { sendAsProcess, type SenderParts } from './frozen-sender.ts';

const pem = { type: 'pkcs8', format: 'pem' } as const;

describe('a runner that is stopped between its intent and its request', { timeout: 120_000 }, () => {
  it('sends nothing when it wakes up, for another one was told that it was not sent', async () => {
    const folder = temporaryFolder();
    onTestFinished(() => folder[Symbol.dispose]());
    const provider = await countingProvider();
    const parts: SenderParts = {
      baseUrl: provider.url,
      ledger: folder.file('ledger.db'),
      input: folder.file('in.csv'),
      signingKey: folder.file('signing.pem'),
      sealingKey: folder.file('sealing.pem'),
    };
    const keys = [2048, 2048].map((modulusLength) => generateKeyPairSync('rsa', { modulusLength }));
    writeFileSync(parts.input, cardholders(5));
    writeFileSync(parts.signingKey, keys[0]?.privateKey.export(pem) ?? '');
    writeFileSync(parts.sealingKey, keys[1]?.publicKey.export({ type: 'spki', format: 'pem' }) ?? '');

    const frozen = spawn(
      process.execPath,
      [
        '--conditions=@enrollkit/source',
        join(import.meta.dirname, 'frozen-sender.ts'),
        JSON.stringify(parts),
      ],
      { stdio: ['pipe', 'pipe', 'inherit'] },
    );
    onTestFinished(() => void frozen.kill('SIGKILL'));
    let said = '';
    frozen.stdout.setEncoding('utf8').on('data', (text: string) => (said += text));
    await waitFor('the intent', () => said.includes('signed'), 60_000);
    frozen.kill('SIGSTOP');

    // Taken over as soon as it counts as dead; its batch is unknown.
    let ended = '';
    await waitFor(
      'the takeover',
      async () => (ended = await sendAsProcess(parts)) !== 'ledger-locked',
      60_000,
    );
    expect(ended).toBe('idle');
    expect(provider.received()).toBe(0);
    // The provider has not received it, and an operator says so.
    const ledger = await openSqliteLedger(parts.ledger);
    const [intake] = await ledger.listIntakes();
    const [batch] = await ledger.batchesIn(intake?.id ?? '', 'unknown');
    await ledger.releaseUnknown(batch?.id ?? 0, new Date(0));
    await ledger.close();
    expect(await sendAsProcess(parts)).toBe('idle');
    expect(provider.received()).toBe(1);

    frozen.stdin.write('go\n');
    frozen.kill('SIGCONT');
    await once(frozen, 'close');
    expect(said).toMatch(/ended: ledger-lock-lost/);
    expect(provider.received()).toBe(1);
  });
});

/** A provider that enrolls whatever it is sent, and counts it. */
async function countingProvider() {
  let received = 0;
  const server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (part: string) => (body += part));
    request.on('end', () => {
      if (request.method === 'POST') received += 1;
      const externalBatchId = /"externalBatchId":"([^"]+)"/.exec(body)?.[1];
      response.writeHead(request.method === 'POST' ? 202 : 200, { 'content-type': 'application/json' });
      response.end(
        JSON.stringify(
          request.method === 'POST'
            ? { batchId: 'B-1', externalBatchId }
            : { batchId: 'B-1', status: 'COMPLETED_SUCCESSFULLY', items: items() },
        ),
      );
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    received: () => received,
  };
}

function items(): readonly object[] {
  return Array.from({ length: 5 }, (_, index) => ({
    externalConsumerId: `consumer-${index}`,
    externalCardId: `card-${index}`,
    status: 'SUCCESSFUL',
  }));
}
