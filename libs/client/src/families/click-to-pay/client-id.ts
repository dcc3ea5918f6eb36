import { defined } from '@enrollkit/base';
import type { Authenticator } from '@enrollkit/signing';

/** Name of the scheme `clientId` in the contract. */
const clientIdHeader = 'x-openapi-clientid';

/** Adds the client id, the half of the consumer key before `!`, to what an OAuth 1.0a authenticator gives. */
export function withClientId(authenticator: Authenticator): Authenticator {
  return defined<Authenticator>({
    authenticate: async (request) => {
      const headers = await authenticator.authenticate(request);
      const id = clientIdOf(headers['authorization'] ?? '');
      return id === undefined ? headers : { ...headers, [clientIdHeader]: id };
    },
    learn: authenticator.learn?.bind(authenticator),
    explain: authenticator.explain?.bind(authenticator),
  });
}

/** The consumer key is percent-encoded in one of the header's dialects. */
function clientIdOf(authorization: string): string | undefined {
  const consumerKey = /^OAuth .*\boauth_consumer_key="([^"]+)"/i.exec(authorization)?.[1];
  return consumerKey && decodeURIComponent(consumerKey).split('!')[0];
}
