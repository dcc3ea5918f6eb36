import { gatewayAnswer } from '../gateway/errors.ts';
import { type Answer, jsonAnswer } from '../http/answer.ts';

type Headers = Readonly<Record<string, string>>;

/** The HTML page of a proxy. */
export function htmlPage(status: number, title: string): Answer {
  return {
    status,
    text: `<html><head><title>${title}</title></head><body><h1>${title}</h1><hr>proxy</body></html>`,
    headers: { 'content-type': 'text/html' },
  };
}

/** 429 in the gateway's shape. */
export function tooManyRequests(headers: Headers = {}): Answer {
  return gatewayAnswer(
    { status: 429, reasonCode: 'TOO_MANY_REQUESTS', description: 'Too many requests', recoverable: true },
    headers,
  );
}

/** 503 in the application's shape. */
export function unavailable(headers: Headers = {}): Answer {
  return jsonAnswer(
    503,
    { status: 503, reason: 'UNAVAILABLE', message: 'Temporarily unavailable', errordetail: null },
    headers,
  );
}

/** 403 in the gateway's shape. */
export function forbidden(recoverable: boolean): Answer {
  return gatewayAnswer({
    status: 403,
    reasonCode: 'FORBIDDEN',
    description: 'Request not permitted',
    recoverable,
  });
}
