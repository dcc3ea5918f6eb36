import type { KeyObject } from 'node:crypto';
import { KeyError, keySet, readPrivateKey, readPublicKey } from '@enrollkit/keys';

export async function read(
  folder: string,
  password: string,
  alias: string,
): Promise<{ key: KeyObject; notAfter: Date | undefined; isPair: boolean; kid: string | undefined }> {
  // #region read
  const signing = await readPrivateKey({ file: `${folder}/signing.p12` }, { password, alias });
  const certificate = await readPublicKey({ file: `${folder}/mastercard.pem` });

  const { key, notAfter } = signing; // a KeyObject for node:crypto; its certificate's end, if one came along
  const isPair = signing.matches(certificate); // whether the two halves belong together
  const kid = certificate.kidBy('certificate-sha256-hex'); // the kid, by whichever rule the other side uses
  // #endregion
  return { key, notAfter, isPair, kid };
}

export async function choose(url: string, pins: readonly string[]): Promise<string | undefined> {
  // #region set
  const keys = keySet({ url, cacheFile: 'fpan-keys.json', pins });

  const newest = await keys.newest({ purpose: 'fpan-encryption', environment: 'sandbox' });
  const named = await keys.key('20230207223521-sandbox-fpan-encryption-src-mastercard-int');
  // #endregion
  return newest.kid === named.kid ? newest.kid : undefined;
}

export async function explain(file: string): Promise<string> {
  // #region errors
  try {
    await readPrivateKey({ file }, { password: 'not this one' });
  } catch (error) {
    if (error instanceof KeyError && error.code === 'password-wrong') return error.hint;
  }
  // #endregion
  return '';
}
