import type { Authenticator } from '@enrollkit/signing';

type Fetch = (input: string | URL | Request, init?: RequestInit) => Promise<Response>;

/**
 * A `fetch` that signs every request with the authenticator: for APIs of the platform that this package does
 * not know. The body is read once, and exactly those bytes are signed and sent; redirects are refused,
 * because credentials are not carried elsewhere. Gives the response as it is, unjudged. Throws what the
 * authenticator and `fetch` throw.
 *
 * @example
 * const send = signedFetch(oauth1({ consumerKey, key }));
 * const response = await send('https://sandbox.api.mastercard.com/some/api');
 */
export function signedFetch(authenticator: Authenticator, send: Fetch = fetch): Fetch {
  return async (input, init) => {
    const request = new Request(input, { ...init, redirect: 'error' });
    const { method, signal } = request;
    const url = new URL(request.url);
    const body = new Uint8Array(await request.arrayBuffer());
    const attempt = async () => {
      const proof = await authenticator.authenticate({ method, url, body, signal });
      const headers = new Headers(request.headers);
      for (const [name, value] of Object.entries(proof)) headers.set(name, value);
      const bodyInit = body.length === 0 ? null : body;
      const response = await send(url, { method, headers, body: bodyInit, signal, redirect: 'error' });
      const { status, headers: answered } = response;
      const text = status < 400 ? undefined : await response.clone().text();
      return {
        response,
        learned: authenticator.learn?.({ sent: proof, url, status, headers: answered, body: text }),
      };
    };
    const first = await attempt();
    // A refusal for want of a fresh nonce is part of proving who asks: the service has not seen the request.
    return first.learned === true && first.response.status === 401
      ? (await attempt()).response
      : first.response;
  };
}
