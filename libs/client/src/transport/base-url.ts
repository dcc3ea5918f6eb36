import { isIPv4 } from 'node:net';
import { ConfigError } from '../errors.ts';

const example = 'https://api.mastercard.com/src/api/digital/payments';

/**
 * The provider's address, without a slash at its end. It must be absolute and https; plain http is accepted
 * only for this machine itself (a simulator). Throws `ConfigError` (`base-url-invalid`).
 */
export function baseUrlOf(text: string, setting = 'baseUrl'): string {
  const url = URL.parse(text);
  if (!url)
    throw invalid(
      `${setting} must be an absolute URL, found a text that is none`,
      `Set ${setting} to an address such as ${example}.`,
    );
  if (url.username || url.password || url.search || url.hash)
    throw invalid(
      `${setting} must have no user, password, query or fragment`,
      `Leave only scheme, host and path, as in ${example}.`,
    );
  const secure = url.protocol === 'https:' || (url.protocol === 'http:' && isThisMachine(url.hostname));
  if (!secure)
    throw invalid(
      `${setting} must begin with https://, found ${url.protocol}//`,
      `Write https:// in ${setting}; only a simulator on this machine (127.0.0.1, localhost) is reached by http.`,
    );
  return url.href.replace(/\/+$/, '');
}

const invalid = (message: string, hint: string) =>
  new ConfigError({ code: 'base-url-invalid', message, hint });

function isThisMachine(host: string): boolean {
  return host === 'localhost' || host === '[::1]' || (isIPv4(host) && host.startsWith('127.'));
}
