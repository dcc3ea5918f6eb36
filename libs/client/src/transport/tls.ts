import { createHash, X509Certificate } from 'node:crypto';
import { checkServerIdentity, type PeerCertificate } from 'node:tls';

/** Whom we trust, and how we show ourselves. Without any of it: the system's roots, TLS 1.2 or newer. */
export interface TlsOptions {
  /** Trust anchors, PEM, in place of the built-in ones. */
  readonly ca?: string | readonly string[];
  /** Our certificate for mutual TLS, PEM, with intermediates after it. */
  readonly cert?: string;
  /** The private key of `cert`, PEM. */
  readonly key?: string;
  /** The password of `key`. */
  readonly passphrase?: string;
  /** Base64 SHA-256 of the SubjectPublicKeyInfo of server keys that alone are accepted (RFC 7469 section 2.4). */
  readonly pins?: readonly string[];
}

/** Raised inside the handshake when the server's key is none of the pinned ones. */
export class PinMismatchError extends Error {
  override readonly name = 'PinMismatchError';
  readonly code = 'PIN_MISMATCH';
}

/** The options of a TLS connection, ready for the connector. */
export function tlsConnectOptions(tls: TlsOptions): Record<string, unknown> {
  const { pins, ca, ...own } = tls;
  return {
    minVersion: 'TLSv1.2',
    rejectUnauthorized: true,
    ...own,
    ...(ca === undefined ? {} : { ca: typeof ca === 'string' ? ca : [...ca] }),
    ...(pins === undefined ? {} : { checkServerIdentity: pinned(pins) }),
  };
}

function pinned(pins: readonly string[]) {
  return (host: string, peer: PeerCertificate): Error | undefined => {
    const wrongHost = checkServerIdentity(host, peer);
    if (wrongHost) return wrongHost;
    const spki = new X509Certificate(peer.raw).publicKey.export({ type: 'spki', format: 'der' });
    const pin = createHash('sha256').update(spki).digest('base64');
    return pins.includes(pin)
      ? undefined
      : new PinMismatchError(`the server's key ${pin} is not among the ${pins.length} pinned`);
  };
}
