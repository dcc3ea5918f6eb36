import { existsSync, readFileSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';

import { describe, expect, onTestFinished, test } from 'vitest';

import { gate, shop, workspace } from '../workspace.ts';

async function provider(answer: RequestListener): Promise<string> {
  const server = createServer(answer);
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/openapi.yaml`;
}

function pulling(url: string, more = ', allowPrivate: true'): string {
  return workspace({
    'specs/shop/openapi.yaml': shop,
    'tsconfig.json': '{}',
    'contract-gate.yaml': `pull:\n  - { url: '${url}', spec: specs/shop/openapi.yaml, to: specs/shop/provider/openapi.yaml${more} }\n`,
  });
}

describe('pull', () => {
  test('pull stores the document, reports its changes, and does not download it twice', async () => {
    const asked: (string | undefined)[] = [];
    const changed = shop.replace(
      'required: [encryptedCard, serial]',
      'required: [encryptedCard, serial, note]',
    );
    const url = await provider((request, response) => {
      asked.push(request.headers['if-none-match']);
      if (request.headers['if-none-match'] === '"2"') response.writeHead(304).end();
      else response.writeHead(200, { ETag: '"2"' }).end(changed);
    });
    const cwd = pulling(url);
    const first = await gate(cwd, 'pull');
    expect(first).toMatchObject({
      code: 1,
      out: expect.stringContaining('provider/openapi.yaml stored; 1 breaking'),
    });
    expect(first.out).toContain('request/required');
    expect(readFileSync(join(cwd, 'specs/shop/provider/openapi.yaml'), 'utf8')).toBe(changed);
    expect(await gate(cwd, 'pull')).toMatchObject({
      code: 1,
      out: expect.stringContaining('provider/openapi.yaml kept; 1 breaking'),
    });
    expect(asked).toEqual([undefined, '"2"']);
  });

  test('pull passes when nothing changed', async () => {
    const url = await provider((_, response) => response.end(shop));
    expect(await gate(pulling(url), 'pull')).toMatchObject({
      code: 0,
      out: expect.stringContaining('nothing changed: no consumer is hit'),
    });
  });

  test.each([
    {
      what: 'a page that is no OpenAPI',
      answer: '<html><p>Sign in</p></html>',
      more: '',
      said: 'an OpenAPI 3.0, 3.1 or 3.2 document is needed',
    },
    { what: 'a status that is no success', answer: 503, more: '', said: 'answered 503' },
    {
      what: 'more than is allowed',
      answer: `${shop}\n# ${'x'.repeat(2 ** 20)}`,
      more: ', maxMegabytes: 1',
      said: 'is larger than 1 MB',
    },
    {
      what: 'silence',
      answer: undefined,
      more: ', timeoutSeconds: 0.2',
      said: 'did not answer whole within 0.2 s',
    },
    {
      what: 'a missing credential',
      answer: shop,
      more: ', headers: { Authorization: NOT_SET_ANYWHERE }',
      said: 'NOT_SET_ANYWHERE, which is not set',
    },
  ])('refuses $what, and keeps what it has', async ({ answer, more, said }) => {
    const url = await provider((_, response) => {
      if (typeof answer === 'number') response.writeHead(answer).end();
      else if (answer !== undefined) response.end(answer);
    });
    const cwd = pulling(url, `, allowPrivate: true${more ?? ''}`);
    const { code, err } = await gate(cwd, 'pull');
    expect([code, err]).toEqual([3, expect.stringContaining(said)]);
    expect(err).toMatch(/\nhint: ./);
    expect(existsSync(join(cwd, 'specs/shop/provider/openapi.yaml'))).toBe(false);
  });

  test('pull reports a missing configuration and an unreachable host', async () => {
    expect(await gate(workspace({}), 'pull')).toMatchObject({
      code: 3,
      err: expect.stringContaining('contract-gate.yaml names nothing to pull'),
    });
    expect(await gate(pulling('http://127.0.0.1:1/openapi.yaml'), 'pull')).toMatchObject({
      code: 3,
      err: expect.stringContaining('cannot be reached'),
    });
  });

  test('pull contacts a private host only when allowPrivate is set', async () => {
    let asked = 0;
    const url = await provider((_, response) => {
      asked += 1;
      response.end(shop);
    });
    expect(await gate(pulling(url, ''), 'pull')).toMatchObject({
      code: 3,
      err: expect.stringMatching(/is in a private network\nhint: Set `allowPrivate: true`/),
    });
    expect(asked).toBe(0);
  });

  test('pull follows redirects on the same host only', async () => {
    const other = await provider((_, response) => response.end(shop));
    const url = await provider((request, response) => {
      const target = request.url === '/openapi.yaml' ? '/moved.yaml' : undefined;
      if (target === undefined) response.end(shop);
      else response.writeHead(302, { Location: target }).end();
    });
    expect(await gate(pulling(url), 'pull')).toMatchObject({ code: 0 });
    const away = await provider((_, response) => response.writeHead(302, { Location: other }).end());
    expect(await gate(pulling(away), 'pull')).toMatchObject({
      code: 3,
      err: expect.stringContaining('redirects to http://'),
    });
  });
});
