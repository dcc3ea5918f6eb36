/** One request as it goes over the wire. */
export interface WireRequest {
  readonly method: string;
  /** Exactly what is signed is sent. */
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  /** Exactly these bytes are signed and sent; none when there is no body. */
  readonly body?: Uint8Array;
  /** The caller's signal. */
  readonly signal?: AbortSignal;
  /**
   * Asked just before the first byte of each request of the attempt leaves; false ends it with `AttemptLate`.
   */
  readonly mayLeave?: (() => boolean) | undefined;
  /** Ends the attempt; by default a time-out of `deadlineMs`. */
  readonly deadline?: AbortSignal;
}

/** One answer, read to its end. */
export interface WireAnswer {
  readonly status: number;
  /** Names in lower case; repeated headers joined by a comma. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
  /** What a gateway's text about our signature means, in one line; undefined when it means nothing. */
  explain(description: string): string | undefined;
}
