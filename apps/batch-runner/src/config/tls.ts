import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { TlsOptions } from '@enrollkit/client';
import type { LoadedConfig } from './load.ts';
import { RunnerError } from '../errors.ts';
import { readSecretFile } from './secrets.ts';

/**
 * Which certificates and keys are trusted for the connection to the provider, and the client certificate;
 * undefined when nothing is configured. Throws `RunnerError`.
 */
export function tlsOf({ config: { provider }, folder }: LoadedConfig): TlsOptions | undefined {
  const { caFile, clientCertFile, clientKeyFile, clientKeyPassword, clientKeyPasswordFile, pinnedKeySha256 } =
    provider;
  const passphrase =
    clientKeyPassword ??
    (clientKeyPasswordFile === undefined
      ? undefined
      : readSecretFile(resolve(folder, clientKeyPasswordFile), 'provider.clientKeyPasswordFile'));
  const options: TlsOptions = {
    ...(caFile !== undefined && { ca: readPem(resolve(folder, caFile), 'provider.caFile') }),
    ...(clientCertFile !== undefined && {
      cert: readPem(resolve(folder, clientCertFile), 'provider.clientCertFile'),
    }),
    ...(clientKeyFile !== undefined && {
      key: readSecretFile(resolve(folder, clientKeyFile), 'provider.clientKeyFile'),
    }),
    ...(passphrase !== undefined && { passphrase }),
    ...(pinnedKeySha256 !== undefined && { pins: pinnedKeySha256 }),
  };
  return Object.keys(options).length === 0 ? undefined : options;
}

function readPem(file: string, setting: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw new RunnerError(
      'config-invalid',
      `${setting}: ${file} cannot be read (${(cause as NodeJS.ErrnoException).code ?? 'unknown reason'})`,
      { hint: 'check the path, which is relative to the config file', cause },
    );
  }
}
