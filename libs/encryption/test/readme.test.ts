import { chmodSync, copyFileSync, readFileSync } from 'node:fs';
import { createPublicKey } from 'node:crypto';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { readmeBlocks, sourceRegions, temporaryFolder } from '@enrollkit/testkit';
import { expect, it } from 'vitest';
import { headerOf, type Jwe } from '../src/index.ts';
import { type EnrollmentData, openOne, sealChecked, sealOne } from './readme.example.ts';

const fixture = (name: string) => join(import.meta.dirname, 'fixtures', name);
const enrollmentData = { consumer: { firstName: 'Žofie' } };

it('the code in the README is the code that is compiled here', () => {
  expect(readmeBlocks(join(import.meta.dirname, '../README.md')).toSorted()).toEqual(
    sourceRegions(join(import.meta.dirname, 'readme.example.ts')).toSorted(),
  );
});

it('and it runs', async () => {
  using folder = temporaryFolder();
  copyFileSync(fixture('peer.key.pem'), folder.file('key.pem'));
  chmodSync(folder.file('key.pem'), 0o600);
  const any = { name: 'EnrollmentData', validate: () => ({ valid: true }) as const };
  const tokens = await sealChecked(fixture('peer.cert.pem'), any, enrollmentData);
  expect(tokens).toHaveLength(2);
  for (const token of tokens) {
    const [value, bytes] = await openOne(folder.file('key.pem'), token as Jwe<EnrollmentData>);
    expect(value).toEqual(enrollmentData);
    expect(Buffer.from(bytes).toString()).toBe(JSON.stringify(enrollmentData));
  }
});

it('with a key set too', async () => {
  const kid = '20230207223521-sandbox-fpan-encryption-src-mastercard-int';
  const jwk = createPublicKey(readFileSync(fixture('peer.cert.pem'))).export({ format: 'jwk' });
  const server = createServer((_request, response) =>
    response.end(JSON.stringify({ keys: [{ ...jwk, kid }] })),
  );
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  using folder = temporaryFolder();
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const before = process.cwd();
  process.chdir(folder.path);
  try {
    expect(headerOf(await sealOne(`http://127.0.0.1:${port}/`, enrollmentData)).kid).toBe(kid);
  } finally {
    process.chdir(before);
    server.closeAllConnections();
    server.close();
  }
});
