import type { X509Certificate } from 'node:crypto';

/**
 * The certificate at the end of a chain: the one that issued none of the others, when each of the others
 * stands above it. Undefined when they are no chain, so that it is not clear whose key is meant.
 */
export function leafOf(certificates: readonly X509Certificate[]): X509Certificate | undefined {
  const distinct = [...new Map(certificates.map((one) => [one.fingerprint256, one])).values()];
  const leaves = distinct.filter((one) => !distinct.some((other) => other !== one && issued(one, other)));
  const [leaf, second] = leaves;
  if (leaf === undefined || second !== undefined) return undefined;
  const chain = new Set<X509Certificate>([leaf]);
  for (const below of chain) for (const above of distinct) if (issued(above, below)) chain.add(above);
  return chain.size === distinct.length ? leaf : undefined;
}

function issued(issuer: X509Certificate, subject: X509Certificate): boolean {
  try {
    return subject.checkIssued(issuer) && subject.verify(issuer.publicKey);
  } catch {
    return false;
  }
}
