import { X509Certificate } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { PrivateKey } from '@enrollkit/keys';
import { openAuthenticator, openLedgerView, readSigningKey } from '../assemble.ts';
import { ledgerName, mayHaveLedger } from '../config/ledger-address.ts';
import { fingerprintKey } from '../config/secrets.ts';
import { expiry } from './expiry.ts';
import { warned, failed, passed, type Finding, type DoctorContext } from './finding.ts';

/** The configuration was read, or nobody would be here: one that holds a secret and that others can read is refused. */
export async function configuration({ loaded: { file } }: DoctorContext): Promise<Finding> {
  return passed(`${file} is complete`);
}

/** Read, of a kind that can sign, and its file for its owner only: the reader and the signer refuse anything else. */
export async function signingKey({ config, folder }: DoctorContext): Promise<Finding> {
  const key = await readSigningKey(config.signing, folder);
  await openAuthenticator(config.signing, folder);
  return passed(`${config.signing.keyFile}: ${described(key)}, ${config.signing.method}`);
}

/** When the certificate beside the signing key ends. */
export async function signingCertificate({ config, folder }: DoctorContext): Promise<Finding> {
  return expiry('the signing key', (await readSigningKey(config.signing, folder)).notAfter);
}

/** Whether the certificates in the signing key's file are those of the key. */
export async function keyPair({ config, folder }: DoctorContext): Promise<Finding> {
  const { keyFile } = config.signing;
  const key = await readSigningKey(config.signing, folder);
  if (key.certificate !== undefined)
    return passed('the private signing key and its certificate belong together');
  const strangers = certificatesIn(readFileSync(resolve(folder, keyFile), 'latin1'));
  if (strangers.length === 0)
    return passed(
      `only the private half is here; its public half has the SHA-256 ${key.publicKeySha256.slice(0, 16)}...`,
    );
  return failed(
    `${keyFile} holds ${strangers.length} certificate(s), and none is of its private key`,
    'put the key and the certificate of one pair into the file',
  );
}

function certificatesIn(pem: string): readonly X509Certificate[] {
  return [...pem.matchAll(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g)].map(
    ([block]) => new X509Certificate(block),
  );
}

/** Opens the ledger to look at it, never to make or change it. */
export async function ledger({ loaded }: DoctorContext): Promise<Finding> {
  const file = ledgerName(loaded);
  if (!mayHaveLedger(loaded)) return passed(`${file} is not there yet; the first run makes it`);
  const view = await openLedgerView(loaded);
  try {
    const holder = await view.owner();
    if (holder !== undefined) {
      return warned(
        `${file} is held by \`${holder.command}\`, process ${holder.pid} on ${holder.host}, since ${holder.since.toISOString()}`,
        'a second runner would be refused until it has ended; looking is always possible',
      );
    }
    return passed(
      `${file} opens, has the schema this program knows, and nobody holds it; intakes in it: ${(await view.listIntakes()).length}`,
    );
  } finally {
    await view.close();
  }
}

/** The fingerprint key: without the one it was made with, a ledger's fingerprints are of no use. */
export async function fingerprints({ loaded, config, folder }: DoctorContext): Promise<Finding> {
  const { fingerprintKey: given, fingerprintKeyFile } = config.ledger;
  const keyFile = resolve(folder, fingerprintKeyFile);
  if (given === undefined && !existsSync(keyFile)) {
    if (config.ledger.url !== undefined)
      return warned(
        `${fingerprintKeyFile} is not here; only who reads an input needs it`,
        'bring it from the host that reads, before this one does; a worker can do without',
      );
    if (!mayHaveLedger(loaded))
      return passed(`${fingerprintKeyFile} is not there yet; the first run makes it`);
    return failed(
      `${fingerprintKeyFile} is missing, and ${ledgerName(loaded)} was written with it`,
      'bring the file back from its backup; a new one would not fit the fingerprints in the ledger',
    );
  }
  fingerprintKey(given, keyFile);
  return passed(`${given === undefined ? fingerprintKeyFile : 'ledger.fingerprintKey'} is well`);
}

/** What may be shown of a key, in one line. */
export function described(key: Pick<PrivateKey, 'describe'>): string {
  const { container, type, bits, kid, alias, publicKeySha256 } = key.describe();
  const name = kid === undefined ? `SHA-256 ${publicKeySha256.slice(0, 16)}...` : `kid ${kid}`;
  return `${type}${bits === undefined ? '' : ` ${bits}`} in ${container}, ${alias === undefined ? '' : `alias ${alias}, `}${name}`;
}
