import { readFileSync } from 'node:fs';
import { servers } from '@enrollkit/contract/click-to-pay-enrollment';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { environmentOfUrl } from '../src/config/provider-environment.ts';
import { Harness } from './harness.ts';

let at: Harness;
beforeAll(async () => void (at = await Harness.open()));
afterAll(() => at.close());

const api = {
  production: 'https://api.mastercard.com/src/api/digital/payments',
  sandbox: 'https://sandbox.api.mastercard.com/src/api/digital/payments',
};
const keys = {
  production: 'https://src.mastercard.com/keys/mcs/fpanEncryption',
  sandbox: 'https://sandbox.src.mastercard.com/keys/mcs/fpanEncryption',
};

/**
 * The exit and the words of a command with these addresses; an environment that fits fails later, for want of
 * a ledger.
 */
async function outcomeOf(baseUrl: string, keySetUrl: string, environment?: string): Promise<string> {
  const text = readFileSync(at.path('enrollkit.yaml'), 'utf8')
    .replace(/baseUrl: .*/, `baseUrl: ${baseUrl}`)
    .replace(/keySetUrl: .*/, `keySetUrl: ${keySetUrl}`);
  const config = at.write(
    'env.yaml',
    `${environment === undefined ? '' : `environment: ${environment}\n`}${text}`,
  );
  const { code, err } = await at.call('--config', config, 'status');
  return `${code} ${err}`;
}

describe('the environment of a configuration', () => {
  it('knows every server of the contract', () => {
    expect(servers.map(({ url }) => environmentOfUrl(url)).toSorted()).toEqual(['production', 'sandbox']);
  });

  it('refuses production that was not asked for by name', async () => {
    expect(await outcomeOf(api.production, keys.production)).toMatch(
      /^2 error: provider\.baseUrl is the provider's production[^]*hint: .*environment: production/,
    );
    expect(await outcomeOf(api.production, keys.production, 'production')).not.toContain('environment');
  });

  it('refuses a name or a key set of another environment, and names both', async () => {
    expect(await outcomeOf(api.sandbox, keys.sandbox, 'production')).toMatch(
      /^2 error: environment is production, and .* sandbox/,
    );
    expect(await outcomeOf(api.sandbox, keys.production)).toMatch(
      /^2 .*keySetUrl .*src\.mastercard\.com.*baseUrl/,
    );
    expect(await outcomeOf(api.production, at.simulator.keys.url, 'production')).toMatch(/^2 .*keySetUrl/);
    expect(await outcomeOf(api.sandbox, keys.sandbox, 'sandbox')).not.toContain('environment');
  });
});
