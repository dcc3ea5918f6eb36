import { X509Certificate } from 'node:crypto';
import { accessSync, constants, existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import type { PrivateKey } from '@enrollkit/keys';
import { openAuthenticator, openLedgerView, readSigningKey } from '../assemble.ts';
import { environmentName } from '../config/provider-environment.ts';
import { ledgerName, mayHaveLedger, stateFolderOf } from '../config/ledger-address.ts';
import { describeOwner } from '../terminal/owner-text.ts';
import { fingerprintKey } from '../config/secrets.ts';
import { expiry } from './expiry.ts';
import { warned, failed, passed, type Finding, type DoctorContext } from './finding.ts';

/** The configuration was read already: one that holds a secret and is readable by others was refused. */
export async function configuration({ loaded: { file, config } }: DoctorContext): Promise<Finding> {
  return passed(`${file} is complete, for ${environmentName(config)}`);
}

/** The signing key can be read, is of a kind that can sign, and its file is readable by its owner only. */
export async function signingKey({ config, folder }: DoctorContext): Promise<Finding> {
  const key = await readSigningKey(config.signing, folder);
  await openAuthenticator(config.signing, folder);
  return passed(`${config.signing.keyFile}: ${described(key)}, ${config.signing.method}`);
}

/** When the certificate beside the signing key expires. */
export async function signingCertificate({ config, folder }: DoctorContext): Promise<Finding> {
  return expiry('the signing key', (await readSigningKey(config.signing, folder)).notAfter);
}

/** Whether the certificates in the signing key's file are those of the key. */
export async function keyPair({ config, folder }: DoctorContext): Promise<Finding> {
  const { keyFile } = config.signing;
  const key = await readSigningKey(config.signing, folder);
  if (key.certificate !== undefined)
    return passed('the private signing key and its certificate belong together');
  const unrelated = certificatesIn(readFileSync(resolve(folder, keyFile), 'latin1'));
  if (unrelated.length === 0)
    return passed(
      `only the private half is here; its public half has the SHA-256 ${key.publicKeySha256.slice(0, 16)}...`,
    );
  return failed(
    `${keyFile} holds ${unrelated.length} certificate(s), and none is of its private key`,
    'put the key and the certificate of one pair into the file',
  );
}

function certificatesIn(pem: string): readonly X509Certificate[] {
  return [...pem.matchAll(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g)].map(
    ([block]) => new X509Certificate(block),
  );
}

/** Opens the ledger for reading; never creates or changes it. */
export async function ledger({ loaded }: DoctorContext): Promise<Finding> {
  const file = ledgerName(loaded);
  if (!mayHaveLedger(loaded)) return passed(`${file} does not exist yet; the first run creates it`);
  const view = await openLedgerView(loaded);
  try {
    const owner = await view.owner();
    if (owner !== undefined) {
      return warned(
        `${file} is in use by ${describeOwner(owner)}`,
        'a second runner is refused until it has ended; reading is always possible',
      );
    }
    return passed(
      `${file} opens, has the schema of this program, and no runner uses it; intakes in it: ${(await view.listIntakes()).length}`,
    );
  } finally {
    await view.close();
  }
}

/**
 * The high-water mark can be kept. Without it a run goes on, unless the configuration names its folder, and a
 * ledger that went back in time is noticed by the processes at work alone.
 */
export async function mark({ loaded, config }: DoctorContext): Promise<Finding> {
  const folder = stateFolderOf(loaded);
  if (folder !== undefined && canBeWritten(folder))
    return passed(`${folder} can keep the mark by which a ledger that went back in time is noticed`);
  const found = folder === undefined ? 'there is no folder for state' : `${folder} cannot be written`;
  const hint = 'name a folder in ledger.stateFolder that is kept, elsewhere than the ledger';
  return config.ledger.stateFolder === undefined
    ? warned(`${found}: a ledger that was deleted, copied or put back would not be noticed`, hint)
    : failed(found, hint);
}

/** Whether files can be made in the folder, which is made when it is not there. */
function canBeWritten(folder: string): boolean {
  if (!existsSync(folder)) return folder !== dirname(folder) && canBeWritten(dirname(folder));
  try {
    accessSync(folder, constants.W_OK | constants.X_OK);
    return statSync(folder).isDirectory();
  } catch {
    return false;
  }
}

/**
 * The fingerprint key is available: without the key they were made with, a ledger's fingerprints are useless.
 */
export async function fingerprints({ loaded, config, folder }: DoctorContext): Promise<Finding> {
  const { fingerprintKey: given, fingerprintKeyFile } = config.ledger;
  const keyFile = resolve(folder, fingerprintKeyFile);
  if (given === undefined && !existsSync(keyFile)) {
    if (config.ledger.url !== undefined)
      return warned(
        `${fingerprintKeyFile} is not on this host; only a host that reads inputs needs it`,
        'copy it from the host that reads before this one does; a worker does not need it',
      );
    if (!mayHaveLedger(loaded))
      return passed(`${fingerprintKeyFile} does not exist yet; the first run creates it`);
    return failed(
      `${fingerprintKeyFile} is missing, and ${ledgerName(loaded)} was written with it`,
      'restore the file from its backup; a new key would not match the fingerprints in the ledger',
    );
  }
  fingerprintKey(given, keyFile);
  return passed(`${given === undefined ? fingerprintKeyFile : 'ledger.fingerprintKey'} can be used`);
}

/** What may be shown of a key, in one line. */
export function described(key: Pick<PrivateKey, 'describe'>): string {
  const { container, type, bits, kid, alias, publicKeySha256 } = key.describe();
  const name = kid === undefined ? `SHA-256 ${publicKeySha256.slice(0, 16)}...` : `kid ${kid}`;
  return `${type}${bits === undefined ? '' : ` ${bits}`} in ${container}, ${alias === undefined ? '' : `alias ${alias}, `}${name}`;
}
