import { isIPv4 } from 'node:net';

/** The configured address of the provider cannot be used. */
export class BaseUrlError extends Error {
  override readonly name = 'BaseUrlError';
  /** Stable code of this class. */
  readonly code = 'BASE_URL_UNFIT';
}

/**
 * The provider's address, without a slash at its end. It must be absolute and https; plain http is taken only for
 * this machine itself (a simulator). Throws `BaseUrlError`.
 */
export function baseUrlOf(text: string): string {
  const url = URL.parse(text);
  if (!url)
    throw new BaseUrlError(
      'baseUrl must be an absolute URL, for example https://api.mastercard.com/src/api/digital/payments',
    );
  if (url.username || url.password || url.search || url.hash)
    throw new BaseUrlError('baseUrl must have no user, password, query or fragment');
  const secure = url.protocol === 'https:' || (url.protocol === 'http:' && isThisMachine(url.hostname));
  if (!secure)
    throw new BaseUrlError(
      `baseUrl must begin with https://, found ${url.protocol}//; only a simulator on this machine (127.0.0.1, localhost) is reached by http`,
    );
  return url.href.replace(/\/+$/, '');
}

function isThisMachine(host: string): boolean {
  return host === 'localhost' || host === '[::1]' || (isIPv4(host) && host.startsWith('127.'));
}
