import { randomInt } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { clientAddress } from '../../src/serve/security/addresses.ts';
import { AttemptLimits } from '../../src/serve/security/attempt-limits.ts';

it('remembers no more keys than it was told to, however many come', () => {
  const limits = new AttemptLimits({ attempts: 3, windowMs: 1000, maxKeys: 100 }, () => 0);
  for (let attempt = 0; attempt < 10_000; attempt++) limits.take(`key ${randomInt(1e9)}`);
  expect(limits.size).toBe(100);
});

describe('the address that attempts are counted by', () => {
  const behind = { behindProxy: true };
  it.each([
    ['192.0.2.1', undefined, '192.0.2.1'],
    ['10.0.0.1', '203.0.113.9, 192.0.2.7', '192.0.2.7'],
    ['10.0.0.1', '192.0.2.7:4711', '192.0.2.7'],
    ['10.0.0.1', '[2001:db8:1:2:3::9]:4711', '2001:db8:1:2::/64'],
    ['::ffff:192.0.2.1', undefined, '192.0.2.1'],
    ['2001:db8::1', undefined, '2001:db8:0:0::/64'],
    ['10.0.0.1', '<script>', 'unknown'],
  ])('of %s with X-Forwarded-For %s is %s', (remoteAddress, forwardedFor, address) => {
    expect(clientAddress({ remoteAddress, forwardedFor }, behind)).toBe(address);
    expect(clientAddress({ remoteAddress: '192.0.2.99', forwardedFor }, { behindProxy: false })).toBe(
      '192.0.2.99',
    );
  });
});
