import { createHash, X509Certificate } from 'node:crypto';
import {
  checkServerIdentity,
  createSecureContext,
  type ConnectionOptions,
  type PeerCertificate,
  type SecureContextOptions,
} from 'node:tls';
import { defined } from '@enrollkit/base';
import { ClientError, ConfigError } from '../errors.ts';

/** Whom to trust, and how to show ourselves. By default: the system's roots, TLS 1.2 or newer. */
export interface TlsOptions {
  /** Trust anchors, PEM, in place of the built-in ones. */
  readonly ca?: string | readonly string[];
  /** Our certificate for mutual TLS, PEM, with intermediates after it. */
  readonly cert?: string;
  /** The private key of `cert`, PEM. */
  readonly key?: string;
  /** The password of `key`. */
  readonly passphrase?: string;
  /**
   * Base64 SHA-256 of the SubjectPublicKeyInfo of server keys that alone are accepted (RFC 7469 section 2.4).
   */
  readonly pins?: readonly string[];
}

/** Raised inside the handshake when the server's key is none of the pinned ones. */
export class PinMismatchError extends ClientError {
  constructor(found: string, pinned: number) {
    super({
      code: 'pin-mismatch',
      message: `the server's key ${found} is not among the ${pinned} pinned`,
      hint: 'Check that the address is right; if the provider has announced a new key, pin that one too.',
    });
  }
}

/**
 * The options of a TLS connection, ready for the connector. Throws `ConfigError` (`tls-invalid`) for what TLS
 * cannot use.
 */
export function tlsConnectOptions({ ca, cert, key, passphrase, pins }: TlsOptions): ConnectionOptions {
  const material = defined<SecureContextOptions>({
    minVersion: 'TLSv1.2',
    ca: typeof ca === 'object' ? [...ca] : ca,
    cert,
    key,
    passphrase,
  });
  checkUsable(material, pins ?? []);
  return defined<ConnectionOptions>({
    ...material,
    rejectUnauthorized: true,
    checkServerIdentity: pins === undefined ? undefined : pinned(pins),
  });
}

function checkUsable(material: SecureContextOptions, pins: readonly string[]): void {
  if ((material.cert === undefined) !== (material.key === undefined))
    throw invalid(
      'mutual TLS needs a certificate and its key, found only one of them',
      'Set both cert and key, or neither.',
    );
  const wrongPin = pins.find((pin) => Buffer.from(pin, 'base64').length !== 32);
  if (wrongPin !== undefined)
    throw invalid(
      'a pin must be the base64 of a SHA-256, 32 bytes, found another length',
      'Take the pin from: openssl x509 -pubkey -noout | openssl pkey -pubin -outform der | openssl dgst -sha256 -binary | base64',
    );
  const anchors = [material.ca ?? []].flat();
  if (anchors.some((pem) => !String(pem).includes('-----BEGIN CERTIFICATE-----')))
    throw invalid(
      'ca must hold certificates in PEM, found something else',
      'Convert it: openssl x509 -inform der -in ca.der -out ca.pem',
    );
  try {
    createSecureContext(material);
  } catch (cause) {
    throw invalid(
      'TLS cannot use the certificate, key or trust anchor given',
      'Check that all are PEM, that the key belongs to the certificate, and that its password is right.',
      cause,
    );
  }
}

const invalid = (message: string, hint: string, cause?: unknown) =>
  new ConfigError({ code: 'tls-invalid', message, hint, cause });

function pinned(pins: readonly string[]) {
  return (host: string, peer: PeerCertificate): Error | undefined => {
    const wrongHost = checkServerIdentity(host, peer);
    if (wrongHost) return wrongHost;
    const spki = new X509Certificate(peer.raw).publicKey.export({ type: 'spki', format: 'der' });
    const pin = createHash('sha256').update(spki).digest('base64');
    return pins.includes(pin) ? undefined : new PinMismatchError(pin, pins.length);
  };
}
