import { readFileSync } from 'node:fs';
import type { Terms } from '@enrollkit/ledger';
import type { Config } from './schema.ts';

/** The version of this program. */
export function programVersion(): string {
  const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
    readonly version: string;
  };
  return version;
}

/** What decides to whom and how is sent. Files, addresses of this host and secrets are each host's own. */
export function termsOf({ provider, signing, encryption, sending, limits }: Config): Terms {
  const { poll } = sending;
  const settings = {
    'provider.baseUrl': provider.baseUrl,
    'provider.srcClientId': provider.srcClientId,
    'provider.serviceId': provider.serviceId,
    'provider.openApiClientIdHeader': provider.openApiClientIdHeader,
    'signing.method': signing.method,
    'encryption.content': encryption.content,
    'sending.requestsPerSecond': sending.requestsPerSecond,
    'sending.onUnknown': sending.onUnknown,
    'sending.poll.firstMs': poll.firstMs,
    'sending.poll.maxMs': poll.maxMs,
    'sending.poll.factor': poll.factor,
    'sending.poll.jitter': poll.jitter,
    ...(limits.toleratedCount !== undefined && { 'limits.toleratedCount': limits.toleratedCount }),
    ...(limits.toleratedPercent !== undefined && { 'limits.toleratedPercent': limits.toleratedPercent }),
  };
  return { version: programVersion(), settings };
}
