/** What goes back to the client. Either `json`, or `text` with its own content type, or neither. */
export interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly json?: unknown;
  readonly text?: string;
}

/** A JSON answer. */
export function jsonAnswer(
  status: number,
  json: unknown,
  headers?: Readonly<Record<string, string>>,
): Answer {
  return { status, json, ...(headers !== undefined && { headers }) };
}
