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

/** A refusal in the application's shape, about nothing in particular. */
export function applicationRefusal(status: number, reason: string): Answer {
  return jsonAnswer(status, { status, reason, message: 'Simulated', errordetail: null });
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

/** 500 of a back end in trouble, in the gateway's shape (E3) with another source. */
export function serviceError(): Answer {
  return gatewayAnswer({
    status: 500,
    source: 'SYSTEM',
    reasonCode: 'SERVICE_ERROR',
    description: '',
    recoverable: false,
  });
}

/** 401 for a key whose project was not approved (E4). */
export function projectNotApproved(): Answer {
  return jsonAnswer(401, {
    error: { code: 'openapi.invalid.xclient.id', message: 'Invalid client id' },
    reference: 'simulated',
  });
}

/** The answer for a client id that is not provisioned behind the gateway (E5); its status is assumed. */
export function clientNotProvisioned(): Answer {
  return jsonAnswer(403, {
    code: '-32603',
    message: 'The client id is not provisioned',
    errors: [
      {
        source: 'Gateway',
        reasonCode: 'CLIENT_NOT_PROVISIONED',
        description: 'The client id is not provisioned',
        recoverable: false,
      },
    ],
  });
}

/** The error shape of other services of the platform (E6); its status is assumed. */
export function codedError(): Answer {
  return jsonAnswer(400, {
    errorCode: 'INVALID_REQUEST',
    errorDescription: 'The request is not valid',
    errors: [{ source: 'INPUT', reasonCode: 'INVALID_FIELD_VALUE', description: 'A value is not valid' }],
    responseId: 'simulated',
  });
}
