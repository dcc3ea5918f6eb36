import {
  decryptionKey,
  encryptionKey,
  type Jwe,
  open,
  openJson,
  type Opener,
  type PlaintextContract,
  seal,
  sealAll,
  sealFor,
} from '@enrollkit/encryption';
import { keySet, readPrivateKey, readPublicKey } from '@enrollkit/keys';

/** Stands for a caller's own type. */
export interface EnrollmentData {
  readonly consumer: { readonly firstName: string };
}

export async function sealOne(url: string, enrollmentData: EnrollmentData): Promise<Jwe<EnrollmentData>> {
  // #region seal
  const keys = keySet({ url, cacheFile: 'fpan-keys.json' });
  const key = encryptionKey(await keys.newest({ purpose: 'fpan-encryption' }));

  const jwe = await seal(enrollmentData, key); // a Jwe<EnrollmentData>, which is a string that only sealing makes
  // #endregion
  return jwe;
}

export async function sealChecked(
  certificate: string,
  contract: PlaintextContract,
  enrollmentData: EnrollmentData,
): Promise<readonly string[]> {
  // #region checked
  const key = encryptionKey(await readPublicKey({ file: certificate }), {
    enc: 'A256GCM',
    kid: { rule: 'certificate-sha256-hex' },
    cty: 'application/json',
  });

  const jwe = await sealFor(contract, enrollmentData, key); // throws ContractViolationError before anything is sealed
  // #endregion
  const tokens: string[] = [jwe];
  const batches = [enrollmentData];
  const send = async (token: string) => tokens.push(token);
  // #region bulk
  for await (const token of sealAll(batches, key, { concurrency: 8 })) await send(token);
  // #endregion
  return tokens;
}

export async function openOne(
  file: string,
  jwe: Jwe<EnrollmentData>,
): Promise<readonly [EnrollmentData, Uint8Array]> {
  // #region open
  const key = decryptionKey(await readPrivateKey({ file }));

  const value = await openJson(jwe, key);
  const bytes = await open(jwe, key, { tolerate: 'mastercard-libraries' });
  // #endregion
  return [value, bytes];
}

export function hold(publicKey: Opener['publicKey'], hsm: { readonly decrypt: Opener['unwrap'] }): string {
  // #region opener
  const held = decryptionKey({ publicKey, unwrap: (wrapped, alg) => hsm.decrypt(wrapped, alg) });
  // #endregion
  return held.kid;
}
