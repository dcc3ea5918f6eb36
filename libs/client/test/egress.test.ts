import { describe, expect, test } from 'vitest';
import { client, config } from './enrollment.ts';
import { answering, rawServer } from './raw-server.ts';

describe('egress', () => {
  test('a request is signed for one address and sent to another', async () => {
    const server = await rawServer(answering(200, { batchId: 'B-1', status: 'IN_PROGRESS' }));
    const signedFor: string[] = [];
    const { authenticator } = config('https://api.mastercard.com/src');
    const made = client('https://api.mastercard.com/src', {
      authenticator: {
        authenticate: (request) => {
          signedFor.push(request.url.origin);
          return authenticator.authenticate(request);
        },
      },
      transport: { connectTo: server.url },
    });
    await made.getBatchStatus({ path: { batchId: 'B-1' } });
    expect(signedFor).toEqual(['https://api.mastercard.com']);
    expect(server.arrivals[0]?.url).toMatch(/^\/src\/cards\/batch\/B-1/);
  });

  test('a proxy that cannot be used is said when the client is made, with a hint', () => {
    expect(() => client('https://api.example', { transport: { proxy: 'socks5://proxy.example' } })).toThrow(
      expect.objectContaining({
        code: 'proxy-invalid',
        hint: expect.stringContaining('http://') as string,
      }) as Error,
    );
  });

  test('TLS material that cannot be used is said when the client is made, with a hint', () => {
    for (const tls of [{ ca: 'no certificate' }, { cert: 'only one of two' }, { pins: ['short'] }])
      expect(() => client('https://api.example', { transport: { tls } })).toThrow(
        expect.objectContaining({ code: 'tls-invalid', hint: expect.any(String) as string }) as Error,
      );
  });
});
