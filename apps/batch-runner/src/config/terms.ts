import type { Terms } from '@enrollkit/ledger';
import { programVersion } from '../version.ts';
import { programmeSettings } from './programme.ts';
import type { Config } from './schema.ts';

/**
 * What decides to whom and how is sent, and so must be the same on every host that shares a ledger. Files,
 * addresses of this host and secrets are each host's own.
 */
export function termsOf({ provider, signing, encryption, sending, changes, limits }: Config): Terms {
  const { poll, timeZone, window, rates } = sending;
  const settings = {
    'provider.baseUrl': provider.baseUrl,
    ...Object.fromEntries(
      Object.entries(programmeSettings({ provider })).map(([key, value]) => [`provider.${key}`, value]),
    ),
    'provider.openApiClientIdHeader': provider.openApiClientIdHeader,
    'signing.method': signing.method,
    'encryption.content': encryption.content,
    'sending.requestsPerSecond': sending.requestsPerSecond,
    ...(timeZone !== undefined && { 'sending.timeZone': timeZone }),
    ...(window && { 'sending.window': window.join('; ') }),
    ...(rates && {
      'sending.rates': rates
        .map(({ times, requestsPerSecond }) => `${times}: ${requestsPerSecond}`)
        .join('; '),
    }),
    'sending.onUnknown': sending.onUnknown,
    'sending.poll.firstMs': poll.firstMs,
    'sending.poll.maxMs': poll.maxMs,
    'sending.poll.factor': poll.factor,
    'sending.poll.jitter': poll.jitter,
    'changes.replaceOrder': changes.replaceOrder,
    ...(limits.toleratedCount !== undefined && { 'limits.toleratedCount': limits.toleratedCount }),
    'limits.toleratedPercent': limits.toleratedPercent,
  };
  return { version: programVersion(), settings };
}
