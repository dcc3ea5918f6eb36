import { RunnerError } from '../errors.ts';
import type { Config } from './schema.ts';

/** Which of the provider's environments an address belongs to; `other` is a simulator, a mock or a proxy. */
export type ProviderEnvironment = 'production' | 'sandbox' | 'other';

/**
 * The hosts of the provider's environments: its API gateway and its key sets (the contracts' `servers`;
 * reference).
 */
const hosts: ReadonlyMap<string, ProviderEnvironment> = new Map([
  ['api.mastercard.com', 'production'],
  ['src.mastercard.com', 'production'],
  ['sandbox.api.mastercard.com', 'sandbox'],
  ['sandbox.src.mastercard.com', 'sandbox'],
]);

/** The environment of an address. */
export function environmentOfUrl(url: string): ProviderEnvironment {
  return hosts.get(new URL(url).hostname) ?? 'other';
}

/** The environment as a person reads it: its name, and the address where the name does not say enough. */
export function environmentName({
  provider,
}: {
  readonly provider: Pick<Config['provider'], 'baseUrl'>;
}): string {
  const environment = environmentOfUrl(provider.baseUrl);
  return environment === 'other'
    ? provider.baseUrl
    : `${environment} (${new URL(provider.baseUrl).hostname})`;
}

/** What says which environment is meant. */
export interface EnvironmentSettings {
  readonly environment?: Config['environment'];
  readonly provider: Pick<Config['provider'], 'baseUrl'>;
  readonly encryption: Pick<Config['encryption'], 'keySetUrl'>;
}

/**
 * Refuses production that was not asked for by name, a name that is not the address's, and a key set of
 * another environment. Throws `RunnerError` `config-invalid`.
 */
export function assertOneEnvironment({ environment, provider, encryption }: EnvironmentSettings): void {
  const actual = environmentOfUrl(provider.baseUrl);
  if (actual === 'production' && environment !== 'production')
    throw new RunnerError(
      'config-invalid',
      `provider.baseUrl is the provider's production (${provider.baseUrl}), and the configuration does not ask for it`,
      { hint: 'if real cardholders are to be enrolled, set environment: production; else use the sandbox' },
    );
  if (environment !== undefined && actual !== 'other' && actual !== environment)
    throw new RunnerError(
      'config-invalid',
      `environment is ${environment}, and provider.baseUrl is the ${actual} (${provider.baseUrl})`,
      { hint: 'make both name one environment' },
    );
  if (encryption.keySetUrl === undefined) return;
  const ofKeys = environmentOfUrl(encryption.keySetUrl);
  if (ofKeys !== actual && (ofKeys !== 'other' || actual === 'production'))
    throw new RunnerError(
      'config-invalid',
      `encryption.keySetUrl (${encryption.keySetUrl}) is not of the environment of provider.baseUrl (${provider.baseUrl})`,
      {
        hint: 'what is sealed with the keys of another environment cannot be opened; use the key set beside the API',
      },
    );
}
