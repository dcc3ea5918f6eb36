import type { ProviderFailure } from './failure.ts';
import type { Action, Verdicts } from './retry.ts';

/** What to do, by the verdict alone. */
const byVerdict: Readonly<Record<Verdicts[Action], string>> = {
  busy: 'Send the same request again later, not before the time that Retry-After names.',
  withdrawn: "Seal the body again with the provider's current key, then send it.",
  exists: 'The first request with this externalBatchId arrived: poll it under the batchId of its receipt.',
  missing: 'Check the id, and that it belongs to this environment and programme.',
  refused: 'Correct what the message and the details name; the same request would be refused again.',
  denied: 'Fix the credentials or the configuration, then send the same request again: nothing was taken.',
  unknown:
    'Find out whether the request arrived before you send it again; quote correlationId to the support of the provider.',
};

/** What to do, by a reason that says more than the verdict. */
const byReason: Readonly<Record<string, string>> = {
  TIMEOUT: 'Check the network; raise transport.deadlineMs if the provider is known to be slow.',
  CONNECT_FAILED: 'Check baseUrl, name resolution, the firewall and transport.proxy.',
  TLS_FAILED:
    "Check transport.tls: the trust anchors (ca), the pins, and the certificate that baseUrl's host shows.",
  CLIENT_CERTIFICATE_REQUIRED:
    'Check baseUrl: this host is for mutual TLS. Otherwise set transport.tls.cert and key.',
  NOT_AUTHENTICATED:
    'Check the signing key and the consumer key; with OAuth 2.0, that the token endpoint answers.',
  REDIRECTED: 'Set baseUrl to the address that the API lives at now; redirects are not followed.',
  OVERSIZE: 'Raise transport.maxAnswerBytes only if the provider is known to send answers of this size.',
  UNREADABLE_ANSWER: 'Look for a proxy or a maintenance page between this machine and the provider.',
  CONTRACT_BROKEN:
    'Compare the specification with the current one of the provider; the API may have changed.',
  UNDOCUMENTED_STATUS:
    'Compare the specification with the current one of the provider; the API may have changed.',
  INVALID_BODY_HASH:
    'The bytes that arrived are not the bytes that were signed: look for a proxy that rewrites JSON on the way.',
  INVALID_OAUTH_SBS:
    'The gateway misses a parameter of the signature: check the consumer key in the configuration.',
  AUTHENTICATION_FAILED:
    'Check that the signing key belongs to the consumer key, and the clock of this machine.',
  DECLINED: 'Check on the developer portal that the project is approved and the key active.',
  'openapi.invalid.xclient.id':
    'Check on the developer portal that the project of this key is approved for this API.',
  '-32603': 'Ask the provider to provision this client id for the API.',
};

const clockHint = 'Set the clock of this machine (timedatectl set-ntp true): signatures carry the time.';

/** What to do about a failure, as a sentence. */
export function hintFor(
  verdict: Verdicts[Action],
  { reason, clockOff = false, httpStatus }: ProviderFailure,
): string {
  if (clockOff) return clockHint;
  const said = Object.hasOwn(byReason, reason) ? byReason[reason] : undefined;
  // A request whose fate is open must not be sent again on the strength of a hint about the network.
  if (said === undefined || (verdict === 'unknown' && httpStatus !== 0)) return byVerdict[verdict];
  return verdict === 'unknown' ? `${byVerdict[verdict]} ${said}` : said;
}
