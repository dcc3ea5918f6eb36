import { generateKeyPairSync } from 'node:crypto';
import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as clickToPay from '@enrollkit/contract/click-to-pay-enrollment';
import * as directory from '@enrollkit/contract/credential-directory';
import type { EnrollmentData } from '@enrollkit/contract/click-to-pay-enrollment';
import { readmeBlocks, sourceRegions, temporaryFolder } from '@enrollkit/testkit';
import { verify } from '@enrollkit/signing';
import { expect, test } from 'vitest';
import { firstBatch, withAxios, withGot } from './readme.example.ts';
import { answering, rawServer } from './raw-server.ts';
import { defaultLimits, retryTable, type RetryRow } from '../src/index.ts';

const readme = readFileSync(join(import.meta.dirname, '..', 'README.md'), 'utf8');

/** The rows of a table, without the spaces that only align it. */
const cells = (text: string): string => text.replaceAll(/ +/g, ' ').replaceAll(/-{3,}/g, '---');

/** The conditions of a row, in words: each of them, or a row contradicts the next. */
function when({
  status,
  reason,
  detail,
  about,
  origin,
  recoverable,
  sent,
  retryAfter,
  clockOff,
}: RetryRow): string {
  const parts = [
    sent === false && 'nothing was sent',
    status?.join(', '),
    origin && `from the ${origin.join(' or ')}`,
    reason?.join(' or '),
    detail && `a detail says ${detail.join(' or ')}`,
    about && `about the ${about === 'other' ? 'content' : about}`,
    recoverable !== undefined && (recoverable ? 'recoverable' : 'not recoverable'),
    retryAfter && 'with `Retry-After`',
    clockOff && 'the clocks are apart',
  ];
  return parts.filter(Boolean).join('; ') || 'anything else';
}

test('the retry table of the README has the rows and all conditions of the code', () => {
  const rows = retryTable.map(
    (row) =>
      `| ${row.action ?? 'all'} | ${when(row)} | **${row.verdict}** | ${row.because} | ${row.source} |`,
  );
  const table = [
    '| action | when | verdict | because | source |',
    '| --- | --- | --- | --- | --- |',
    ...rows,
  ].join('\n');
  expect(cells(readme)).toContain(table);
});

test('the operations of the README are those of the contracts', () => {
  for (const { operationId, method, path } of [
    ...Object.values(clickToPay.operations),
    ...Object.values(directory.operations),
  ])
    expect(cells(readme)).toContain(`| \`${operationId}\` | \`${method} ${path}\` |`);
});

test('the limits of the README are the limits of the code', () => {
  for (const [name, value] of Object.entries(defaultLimits))
    expect(cells(readme)).toContain(`| \`${name}\` | ${value.toLocaleString('en')} |`);
});

test('the code of the README is the code that is compiled and run here', () => {
  const blocks = readmeBlocks(join(import.meta.dirname, '..', 'README.md'));
  expect(blocks.toSorted()).toEqual(sourceRegions(join(import.meta.dirname, 'readme.example.ts')).toSorted());
});

test('the first batch of the README is submitted and awaited with keys from files', async () => {
  const pair = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const jwk = {
    ...pair.publicKey.export({ format: 'jwk' }),
    kid: '20261001000000-sandbox-fpan-encryption-int',
  };
  const server = await rawServer((response, arrival, socket) => {
    const path = arrival.url.split('?')[0];
    const answer =
      path === '/keys'
        ? answering(200, { keys: [jwk] })
        : path === '/cards/batch'
          ? answering(202, { batchId: 'B-1', externalBatchId: 'batch-1' })
          : answering(200, { batchId: 'B-1', status: 'COMPLETED_SUCCESSFULLY', items: [] });
    return answer(response, arrival, socket);
  });
  using folder = temporaryFolder();
  writeFileSync(folder.file('key.pem'), pair.privateKey.export({ type: 'pkcs8', format: 'pem' }));
  chmodSync(folder.file('key.pem'), 0o600);
  writeFileSync(folder.file('consumer-key'), `${'c'.repeat(48)}!${'k'.repeat(48)}`);
  const files = {
    baseUrl: server.url,
    srcClientId: '11111111-2222-3333-4444-555555555555',
    serviceId: 'SRC',
    signingKey: { file: folder.file('key.pem') },
    consumerKeyFile: folder.file('consumer-key'),
    keySetUrl: `${server.url}/keys`,
  };
  const { consumers } = JSON.parse(
    readFileSync(
      join(import.meta.dirname, '../../../specs/click-to-pay-enrollment/examples/valid/EnrollmentData.json'),
      'utf8',
    ),
  ) as EnrollmentData;
  expect(await firstBatch(files, consumers, 'batch-1')).toEqual({
    status: 'COMPLETED_SUCCESSFULLY',
    items: [],
  });
});

test.each([
  ['axios', withAxios],
  ['got', withGot],
])('the recipe for %s signs the bytes that arrive', async (_name, send) => {
  const pair = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const consumerKey = `${'c'.repeat(48)}!${'k'.repeat(48)}`;
  const server = await rawServer(answering(200, { done: true }));
  expect(await send(consumerKey, pair.privateKey, `${server.url}/some/api?x=1`)).toEqual({ done: true });
  const [arrival] = server.arrivals;
  expect(String(arrival?.body)).toBe('{"some":"body"}');
  const received = {
    method: 'POST',
    url: `${server.url}/some/api?x=1`,
    authorization: arrival?.headers.authorization,
    body: arrival?.body ?? Buffer.alloc(0),
  };
  expect(await verify(received, { publicKeyFor: () => pair.publicKey })).toMatchObject({ ok: true });
});
