import { parseAuthorizationHeader, type Authenticator } from '@enrollkit/signing';

/** Name of the scheme `clientId` in the contract. */
const clientIdHeader = 'x-openapi-clientid';

/** Adds the client id, the half of the consumer key before `!`, to what an OAuth 1.0a authenticator gives. */
export function withClientId(authenticator: Authenticator): Authenticator {
  return {
    authenticate: async (request) => {
      const headers = await authenticator.authenticate(request);
      const id = clientIdOf(headers['authorization'] ?? '');
      return id === undefined ? headers : { ...headers, [clientIdHeader]: id };
    },
    learn: (answer) => authenticator.learn?.(answer) ?? false,
    explain: (sent, description) => authenticator.explain?.(sent, description),
  };
}

function clientIdOf(authorization: string): string | undefined {
  if (!/^OAuth /i.test(authorization)) return undefined;
  return parseAuthorizationHeader(authorization).decoded['oauth_consumer_key']?.split('!')[0];
}
