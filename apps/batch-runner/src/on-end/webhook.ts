import { createHmac, randomUUID } from 'node:crypto';
import type { EndDocument } from './document.ts';

/** Where a document is sent, and what signs it. */
export interface EndWebhook {
  readonly url: string;
  readonly secret: string;
  readonly timeoutMs: number;
}

/**
 * Posts the document, signed as Standard Webhooks 1.0 says (`webhook-id`, `webhook-timestamp`,
 * `webhook-signature`). Answers what went wrong: not reached in time, a redirect, or an answer other than
 * 2xx. An address may hold a secret, so only its host is named.
 */
export async function callWebhook(
  { url, secret, timeoutMs }: EndWebhook,
  document: EndDocument,
): Promise<string | undefined> {
  const { host } = new URL(url);
  const id = `end_${randomUUID()}`;
  const timestamp = String(Math.floor(Date.now() / 1_000));
  const body = JSON.stringify(document);
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'webhook-id': id,
        'webhook-timestamp': timestamp,
        'webhook-signature': `v1,${signature(secret, `${id}.${timestamp}.${body}`)}`,
      },
      body,
      redirect: 'error',
      signal: AbortSignal.timeout(timeoutMs),
    });
    await response.body?.cancel();
    return response.ok ? undefined : `${host} answered ${response.status}`;
  } catch (error) {
    return isTimeout(error)
      ? `${host} did not answer within ${timeoutMs} ms`
      : `${host} could not be reached (${reasonOf(error)})`;
  }
}

/** A secret `whsec_...` is base64, as the standard has it; any other is taken by its bytes. */
function signature(secret: string, signed: string): string {
  const prefix = 'whsec_';
  const key = secret.startsWith(prefix)
    ? Buffer.from(secret.slice(prefix.length), 'base64')
    : Buffer.from(secret);
  return createHmac('sha256', key).update(signed).digest('base64');
}

function isTimeout(error: unknown): boolean {
  return error instanceof Error && error.name === 'TimeoutError';
}

function reasonOf(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined;
  if (cause instanceof Error) return 'code' in cause ? String(cause.code) : cause.message;
  return 'unknown reason';
}
