import type { Mismatch } from './oauth1/explain.ts';

/** What is to be sent: the very URL object and bytes that go on the wire. */
export interface OutgoingRequest {
  /** HTTP method. */
  readonly method: string;
  /** The parsed URL that is both signed and sent. */
  readonly url: URL;
  /** The exact body bytes; empty or undefined when there is no body. */
  readonly body: Uint8Array | undefined;
  /** Gives up waiting. Work shared with other requests (a token on its way) goes on. */
  readonly signal?: AbortSignal | undefined;
}

/** What came back for a request that was authenticated here. */
export interface IncomingAnswer {
  /** What `authenticate` gave for this request. */
  readonly sent: AuthenticationHeaders;
  /** The URL that was asked. */
  readonly url: URL;
  /** HTTP status. */
  readonly status: number;
  /** The answer's headers. */
  readonly headers: Pick<Headers, 'get'>;
  /** The answer's body as text, or its beginning, if it was read. */
  readonly body?: string | undefined;
}

/** A request that was sent, with the `authorization` header it carried. */
export interface SentRequest {
  readonly method: string;
  readonly url: URL;
  readonly authorization: string;
}

/** Header names (lower case) and values to add to a request. */
export type AuthenticationHeaders = Readonly<Record<string, string>>;

/**
 * Proves to the provider who is asking. One call of `authenticate` serves one sending of one request:
 * a second sending, even of the same bytes, needs a second call.
 */
export interface Authenticator {
  /**
   * The headers that authenticate this request.
   *
   * @throws {SigningError} when it cannot be signed, or no token can be had
   */
  authenticate(request: OutgoingRequest): Promise<AuthenticationHeaders>;

  /**
   * Takes note of an answer. True when the provider refused only for want of something learned just now
   * (a DPoP nonce, a fresh token): the same request may then be authenticated and sent once more.
   */
  learn?(answer: IncomingAnswer): boolean;

  /** Reads what the gateway says about a signature it refused; undefined when it says nothing of use. */
  explain?(sent: SentRequest, description: string): Mismatch | undefined;
}
