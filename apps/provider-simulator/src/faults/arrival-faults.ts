import { gatewayAnswer } from '../gateway/errors.ts';
import {
  applicationRefusal,
  clientNotProvisioned,
  codedError,
  forbidden,
  htmlPage,
  projectNotApproved,
  serviceError,
  tooManyRequests,
  unavailable,
} from './answers.ts';
import type { ArrivalFault, FaultContext } from './fault.ts';

const httpDate = ({ value, now }: FaultContext): string => new Date(now + value * 1000).toUTCString();

/** Faults before the request is looked at: nothing takes effect. */
export const arrivalFaults = {
  'drop-request': {
    at: 'arrival',
    description: 'connection reset before the request is looked at',
    apply: () => 'drop',
  },
  'silent-request': {
    at: 'arrival',
    description: 'request read, never looked at, never answered',
    apply: () => 'silence',
  },
  '400': {
    at: 'arrival',
    description: '400 INVALID_ARGUMENT in the application shape',
    apply: () => applicationRefusal(400, 'INVALID_ARGUMENT'),
  },
  '401': {
    at: 'arrival',
    description: '401 from the gateway',
    apply: () =>
      gatewayAnswer({
        status: 401,
        reasonCode: 'DECLINED',
        description: 'Unauthorized - Access Not Granted',
        recoverable: false,
      }),
  },
  'project-not-approved': {
    at: 'arrival',
    description: '401 openapi.invalid.xclient.id under `error` (E4): the project of the key is not approved',
    apply: () => projectNotApproved(),
  },
  '403': {
    at: 'arrival',
    description: '403 from the gateway, Recoverable false',
    apply: () => forbidden(false),
  },
  '403-recoverable': {
    at: 'arrival',
    description: '403 from the gateway, Recoverable true',
    apply: () => forbidden(true),
  },
  'client-not-provisioned': {
    at: 'arrival',
    description: '403 with code -32603 (E5): the client id is not provisioned behind the gateway',
    apply: () => clientNotProvisioned(),
  },
  'coded-error': {
    at: 'arrival',
    description: '400 with errorCode and responseId (E6), as other services of the platform write it',
    apply: () => codedError(),
  },
  'certificate-wanted': {
    at: 'arrival',
    description: '400 with an HTML page that asks for a client certificate: a host for another channel',
    apply: () => htmlPage(400, '400 No required SSL certificate was sent'),
  },
  '409': {
    at: 'arrival',
    description: '409 ALREADY_EXISTS in the application shape',
    apply: () => applicationRefusal(409, 'ALREADY_EXISTS'),
  },
  '429': { at: 'arrival', description: '429 without Retry-After', apply: () => tooManyRequests() },
  '429-seconds': {
    at: 'arrival',
    description: '429 with Retry-After in seconds',
    value: { meaning: 'seconds', default: 1 },
    apply: ({ value }) => tooManyRequests({ 'retry-after': String(value) }),
  },
  '429-date': {
    at: 'arrival',
    description: '429 with Retry-After as an HTTP date',
    value: { meaning: 'seconds from now', default: 2 },
    apply: (context) => tooManyRequests({ 'retry-after': httpDate(context) }),
  },
  '500': {
    at: 'arrival',
    description: '500 INTERNAL in the application shape',
    apply: () => applicationRefusal(500, 'INTERNAL'),
  },
  '500-empty': { at: 'arrival', description: '500 with an empty body', apply: () => ({ status: 500 }) },
  'service-error': {
    at: 'arrival',
    description: '500 SERVICE_ERROR in the gateway shape, Source SYSTEM',
    apply: () => serviceError(),
  },
  '502': {
    at: 'arrival',
    description: '502 with an HTML page of a proxy',
    apply: () => htmlPage(502, 'Bad Gateway'),
  },
  '503': {
    at: 'arrival',
    description: '503 UNAVAILABLE in the application shape',
    apply: () => unavailable(),
  },
  '503-seconds': {
    at: 'arrival',
    description: '503 UNAVAILABLE with Retry-After in seconds',
    value: { meaning: 'seconds', default: 1 },
    apply: ({ value }) => unavailable({ 'retry-after': String(value) }),
  },
  '504': {
    at: 'arrival',
    description: '504 with an HTML page of a proxy, nothing taken',
    apply: () => htmlPage(504, 'Gateway Timeout'),
  },
} as const satisfies Record<string, ArrivalFault>;
