import { hash } from 'node:crypto';
import { hostname, userInfo } from 'node:os';
import type { AuditEvent } from '@enrollkit/ledger';
import { openLedger } from './assemble.ts';
import type { LoadedConfig } from './config/load.ts';
import { secretPaths } from './config/environment-variables.ts';

/** Who acts, for the audit trail: the system user and the host. */
export function actor(): string {
  return `${userInfo().username}@${hostname()}`;
}

/** Appends an event to the audit trail of a ledger that is not open yet; works beside a runner. */
export async function appendBeside(
  loaded: LoadedConfig,
  event: Pick<AuditEvent, 'action' | 'detail'> & Partial<Pick<AuditEvent, 'actor'>>,
): Promise<void> {
  const ledger = await openLedger(loaded);
  try {
    await ledger.appendEvent({ at: new Date(), actor: actor(), ...event });
  } finally {
    await ledger.close();
  }
}

/**
 * SHA-256 of the settings in force, defaults filled in, secrets left out: two runs with one digest had the
 * same settings.
 */
export function configDigest({ config }: Pick<LoadedConfig, 'config'>): string {
  const secrets = new Set<string>(secretPaths);
  const walk = (value: unknown, path: string): unknown => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
    const entries = Object.entries(value).map(
      ([key, inner]) => [key, path === '' ? key : `${path}.${key}`, inner] as const,
    );
    return entries
      .filter(([, inner]) => !secrets.has(inner))
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, inner, content]) => [key, walk(content, inner)]);
  };
  return hash('sha256', JSON.stringify(walk(config, '')));
}
