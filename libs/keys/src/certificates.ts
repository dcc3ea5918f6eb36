import type { KeyObject, X509Certificate } from 'node:crypto';

/**
 * The certificate of a private key: of several, as after a renewal, the one that is valid for longest.
 * Undefined when there is none.
 */
export function certificateFor(
  key: KeyObject,
  certificates: readonly X509Certificate[],
): X509Certificate | undefined {
  return longestValid(certificates.filter((one) => one.checkPrivateKey(key)));
}

/**
 * The certificate at the end of a chain: the one that issued none of the others, when each of the others
 * stands above it. Renewed for the same key, it may stand there several times. Undefined when they are no
 * chain, so that it is not clear whose key is meant.
 */
export function leafOf(certificates: readonly X509Certificate[]): X509Certificate | undefined {
  const distinct = [...new Map(certificates.map((one) => [one.fingerprint256, one])).values()];
  const leaves = distinct.filter(
    (one) => !distinct.some((other) => !sameKey(one, other) && issued(one, other)),
  );
  const [leaf] = leaves;
  if (leaf === undefined || leaves.some((one) => !sameKey(one, leaf))) return undefined;
  const chain = new Set<X509Certificate>(leaves);
  for (const below of chain) for (const above of distinct) if (issued(above, below)) chain.add(above);
  return chain.size === distinct.length ? longestValid(leaves) : undefined;
}

function longestValid(certificates: readonly X509Certificate[]): X509Certificate | undefined {
  return certificates.toSorted((one, other) => Date.parse(other.validTo) - Date.parse(one.validTo))[0];
}

function sameKey(one: X509Certificate, other: X509Certificate): boolean {
  return one.publicKey.equals(other.publicKey);
}

function issued(issuer: X509Certificate, subject: X509Certificate): boolean {
  try {
    return subject.checkIssued(issuer) && subject.verify(issuer.publicKey);
  } catch {
    return false;
  }
}
