import { chmodSync, copyFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { readmeBlocks, sourceRegions, temporaryFolder } from '@enrollkit/testkit';
import { readPublicKey } from '@enrollkit/keys';
import { expect, it } from 'vitest';
import { choose, explain, read } from './readme.example.ts';

const fixture = (name: string) => join(import.meta.dirname, 'fixtures', name);

it('the code in the README is the code that is compiled here', () => {
  expect(readmeBlocks(join(import.meta.dirname, '../README.md')).toSorted()).toEqual(
    sourceRegions(join(import.meta.dirname, 'readme.example.ts')).toSorted(),
  );
});

it('and it runs', async () => {
  using folder = temporaryFolder();
  copyFileSync(fixture('two-keys.p12'), folder.file('signing.p12'));
  chmodSync(folder.file('signing.p12'), 0o600);
  copyFileSync(fixture('certificate.pem'), folder.file('mastercard.pem'));
  const found = await read(folder.path, 'p4ssw0rd', 'first');
  expect(found).toMatchObject({
    isPair: false,
    notAfter: expect.any(Date),
    kid: expect.stringMatching(/^[0-9a-f]{64}$/),
  });
  expect(found.key.type).toBe('private');
  expect(await explain(folder.file('signing.p12'))).toContain('openssl pkcs12');
});

it('the key set too', async () => {
  const certificate = await readPublicKey({ file: fixture('certificate.pem') });
  const jwk = certificate.key.export({ format: 'jwk' });
  const jwkPin = certificate.thumbprint;
  const kid = '20230207223521-sandbox-fpan-encryption-src-mastercard-int';
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
    expect(await choose(`http://127.0.0.1:${port}/`, [jwkPin])).toBe(kid);
  } finally {
    process.chdir(before);
    server.closeAllConnections();
    server.close();
  }
});
