import { e1, e2, e3, e3List } from '../errors.ts';
import { answering } from '../raw-server.ts';
import { cut, html, short, type Case } from './case.ts';

/** Answers about credentials and load, and whatever cannot be trusted. */
export const indefiniteAnswers: readonly Case[] = [
  // Credentials, configuration.
  {
    name: '401 of the gateway',
    server: answering(401, e3('INVALID_SIGNATURE')),
    submit: 'denied',
    poll: 'denied',
    code: 'INVALID_SIGNATURE',
  },
  {
    name: '401 with nothing',
    server: answering(401, ''),
    submit: 'denied',
    poll: 'denied',
    code: 'EMPTY_ANSWER',
  },
  { name: '407', server: answering(407, html), submit: 'denied', poll: 'denied' },
  {
    name: '403 PERMISSION_DENIED',
    server: answering(403, e1(403, 'PERMISSION_DENIED', null)),
    submit: 'denied',
    poll: 'denied',
  },
  {
    name: '403 of the gateway',
    server: answering(403, e3List('FORBIDDEN')),
    submit: 'denied',
    poll: 'denied',
  },
  {
    name: '403 of the gateway, recoverable',
    server: answering(403, e3List('QUOTA', true)),
    submit: 'busy',
    poll: 'busy',
  },
  {
    name: '403 of the gateway, recoverable as text',
    server: answering(403, {
      Errors: {
        Error: [
          {
            Source: 'Gateway',
            ReasonCode: 'QUOTA',
            Description: 'later',
            Recoverable: 'true',
            Details: null,
          },
        ],
      },
    }),
    submit: 'busy',
    poll: 'busy',
  },
  { name: '403 of somebody else', server: answering(403, html), submit: 'unknown', poll: 'busy' },
  { name: '405', server: answering(405, e3('METHOD_NOT_ALLOWED')), submit: 'denied', poll: 'denied' },
  {
    name: '301',
    server: answering(301, '', { location: 'https://elsewhere.example/x' }),
    submit: 'denied',
    poll: 'denied',
    code: 'REDIRECTED',
  },
  {
    name: '302',
    server: answering(302, '', { location: '/login' }),
    submit: 'unknown',
    poll: 'busy',
    code: 'REDIRECTED',
  },

  // Not now.
  {
    name: '429 of the gateway',
    server: answering(429, e3('TOO_MANY_REQUESTS')),
    submit: 'busy',
    poll: 'busy',
  },
  { name: '429 with nothing', server: answering(429, ''), submit: 'busy', poll: 'busy' },
  { name: '429 that is cut', server: short(429, '{'), submit: 'busy', poll: 'busy' },
  {
    name: '503 UNAVAILABLE',
    server: answering(503, e1(503, 'UNAVAILABLE', null)),
    submit: 'busy',
    poll: 'busy',
  },
  {
    name: '503 NO_RESPONSE_FROM_ISSUER',
    server: answering(503, e2(503, 'UNAVAILABLE', [{ reason: 'NO_RESPONSE_FROM_ISSUER' }])),
    submit: 'busy',
  },
  {
    name: '503 INTERNAL',
    server: answering(503, e1(503, 'INTERNAL', null)),
    submit: 'unknown',
    poll: 'busy',
  },
  {
    name: '503 of the gateway, recoverable',
    server: answering(503, e3('UNAVAILABLE', true)),
    submit: 'busy',
  },
  {
    name: '503 of the gateway, not recoverable',
    server: answering(503, e3('UNAVAILABLE')),
    submit: 'unknown',
    poll: 'busy',
  },
  {
    name: '503 of a proxy that names a time',
    server: answering(503, html, { 'retry-after': '5' }),
    submit: 'busy',
    poll: 'busy',
  },
  { name: '503 of a proxy', server: answering(503, html), submit: 'unknown', poll: 'busy' },

  // No trustworthy answer.
  {
    name: '500 INTERNAL',
    server: answering(500, e1(500, 'INTERNAL', null)),
    submit: 'unknown',
    poll: 'busy',
    code: 'INTERNAL',
  },
  {
    name: '500 of the gateway, recoverable',
    server: answering(500, e3('SYSTEM', true)),
    submit: 'unknown',
    poll: 'busy',
  },
  {
    name: '500 with nothing',
    server: answering(500, ''),
    submit: 'unknown',
    poll: 'busy',
    code: 'EMPTY_ANSWER',
  },
  {
    name: '500 with half its JSON',
    server: answering(500, '{"status":500,"rea'),
    submit: 'unknown',
    poll: 'busy',
    code: 'UNREADABLE_ANSWER',
  },
  {
    name: '500 with JSON that says nothing',
    server: answering(500, '[]'),
    submit: 'unknown',
    poll: 'busy',
    code: 'UNREADABLE_ANSWER',
  },
  {
    name: '403 AUTHENTICATION_FAILED while our clock is ten minutes off',
    server: answering(403, e3('AUTHENTICATION_FAILED', true), {
      date: new Date(Date.now() + 600_000).toUTCString(),
    }),
    submit: 'denied',
    poll: 'denied',
    code: 'AUTHENTICATION_FAILED',
  },
  {
    name: '403 AUTHENTICATION_FAILED that may pass, while the clocks agree',
    server: answering(403, e3('AUTHENTICATION_FAILED', true)),
    submit: 'busy',
    poll: 'busy',
    code: 'AUTHENTICATION_FAILED',
  },
  {
    name: '502 with HTML',
    server: answering(502, html, { 'content-type': 'text/html' }),
    submit: 'unknown',
    poll: 'busy',
    code: 'UNREADABLE_ANSWER',
  },
  { name: '504', server: answering(504, e3('GATEWAY_TIMEOUT')), submit: 'unknown', poll: 'busy' },
  {
    name: '499, a status nobody wrote down',
    server: answering(499, e1(499, 'CANCELLED')),
    submit: 'unknown',
    poll: 'busy',
  },
  { name: 'a connection that is cut', server: cut, submit: 'unknown', poll: 'busy', code: 'CONNECTION_LOST' },
  { name: 'no answer in time', server: () => {}, submit: 'unknown', poll: 'busy', code: 'TIMEOUT' },
];
