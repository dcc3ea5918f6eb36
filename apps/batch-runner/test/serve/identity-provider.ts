import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Provider } from 'oidc-provider';

/** Somebody whom the identity provider knows, by what it says of them. */
export interface Person {
  readonly sub: string;
  readonly preferred_username?: string;
  readonly groups?: readonly string[] | string;
}

/** A real OpenID Connect provider on this machine. */
export interface IdentityProvider {
  readonly issuer: string;
  /** Whoever signs in next. */
  person: Person;
  /** Answers from now on, and sends people back to `redirectUri`. */
  start(redirectUri: string): void;
  close(): Promise<void>;
}

/** The one client that the provider knows. */
export const client = { id: 'enrollkit', secret: 'a secret of the client that is long enough' } as const;

/** Opens a provider's port: its address is known before the console is that it serves. */
export async function openIdentityProvider(port = 0): Promise<IdentityProvider> {
  const server = createServer();
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  const at: IdentityProvider = {
    issuer: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    person: { sub: 'nobody' },
    start: (redirectUri) => {
      const provider = providerOf(at, redirectUri);
      const answer = provider.callback();
      server.on('request', (request, response) => {
        if (request.url?.startsWith('/sign-in/') !== true) return void answer(request, response);
        void provider.interactionFinished(request, response, { login: { accountId: at.person.sub } });
      });
    },
    close: () => closed(server),
  };
  return at;
}

/** Signs in whoever comes, and asks nobody. */
function providerOf(at: IdentityProvider, redirectUri: string): Provider {
  return new Provider(at.issuer, {
    clients: [{ client_id: client.id, client_secret: client.secret, redirect_uris: [redirectUri] }],
    pkce: { required: () => true },
    claims: { openid: ['sub'], profile: ['preferred_username', 'groups'] },
    features: { devInteractions: { enabled: false } },
    cookies: { keys: ['a key of the cookies of the provider'] },
    interactions: { url: (_context, { uid }) => `/sign-in/${uid}` },
    findAccount: (_context, sub) => ({ accountId: sub, claims: () => ({ ...at.person }) }),
    loadExistingGrant: async (context) => {
      const { Grant } = context.oidc.provider;
      const grant = new Grant({ clientId: client.id, accountId: at.person.sub });
      grant.addOIDCScope('openid profile');
      await grant.save();
      return grant;
    },
  });
}

async function closed(server: Server): Promise<void> {
  const gone = once(server, 'close');
  server.close();
  server.closeAllConnections();
  await gone;
}
