import { verify, type KeyObject } from 'node:crypto';
import { redactText } from '@enrollkit/base';
import {
  validateEnrollmentRecordNotificationAnswer,
  type EnrollmentRecordNotification,
} from '@enrollkit/contract/click-to-pay-enrollment';
import type { RecordOutcome } from '@enrollkit/enrollment';
import { NotificationError } from './errors.ts';
import { toAnswer } from './families/click-to-pay/to-domain.ts';
import { maxRequestBytes } from './families/shared/request-body.ts';
import { parseJson } from './transport/json.ts';

/**
 * What proves that a notification is the provider's. Only mutual TLS is known to be used (`none`: the server
 * has checked it already); the provider also publishes keys to verify payloads that it signs, so a JWS around
 * the body can be asked for.
 */
export type NotificationProof =
  | { readonly kind: 'none' }
  | { readonly kind: 'jws'; readonly key: (kid: string | undefined) => Promise<KeyObject> };

/** A notification that keeps the contract. */
export interface ReadNotification {
  readonly batchId: string;
  readonly externalBatchId: string;
  /** The records whose result is final, in domain words. */
  readonly outcomes: readonly RecordOutcome[];
  readonly body: EnrollmentRecordNotification;
}

/**
 * Reads the body of a notification of record results. A poll of the batch stays the truth: settle records
 * with it, and treat this as a reason to poll. Throws `NotificationError`, after which the receiver answers
 * 400; for everything else it answers 204.
 *
 * @example
 * const { batchId, outcomes } = await readNotification(body, { kind: 'none' });
 */
export async function readNotification(
  body: Uint8Array,
  proof: NotificationProof,
): Promise<ReadNotification> {
  if (body.length > maxRequestBytes)
    throw new NotificationError('notification-unreadable', `the notification has ${body.length} bytes`);
  const payload =
    proof.kind === 'jws' ? await verifiedPayload(Buffer.from(body).toString('latin1'), proof) : body;
  const verdict = validateEnrollmentRecordNotificationAnswer(parsed(payload));
  if (!verdict.valid) {
    const [problem] = verdict.problems;
    const where = redactText(`${problem?.pointer ?? ''} ${problem?.message ?? ''}`);
    throw new NotificationError(
      'notification-unreadable',
      `the notification does not keep the contract: ${where}`,
    );
  }
  const { batchId, externalBatchId, enrollmentRecordNotifications: items } = verdict.value;
  const { answer } = toAnswer({ batchId, externalBatchId, status: 'IN_PROGRESS', items });
  return {
    batchId,
    externalBatchId,
    outcomes: 'outcomes' in answer ? answer.outcomes : [],
    body: verdict.value,
  };
}

function parsed(payload: Uint8Array): unknown {
  try {
    return parseJson(payload);
  } catch {
    throw new NotificationError('notification-unreadable', `${payload.length} bytes that are no JSON`);
  }
}

/** The algorithms of a JWS (RFC 7518 section 3.1) that are accepted, and how Node verifies each. */
const algorithms: Readonly<Record<string, (key: KeyObject) => Parameters<typeof verify>[2]>> = {
  RS256: (key) => key,
  PS256: (key) => ({ key, padding: 6, saltLength: 32 }),
  ES256: (key) => ({ key, dsaEncoding: 'ieee-p1363' }),
};

/** The payload of a compact JWS (RFC 7515) whose signature verifies. */
async function verifiedPayload(
  token: string,
  { key }: Extract<NotificationProof, { readonly kind: 'jws' }>,
): Promise<Uint8Array> {
  const [header = '', payload = '', signature = '', ...more] = token.trim().split('.');
  const { alg, kid, crit } = headerOf(header);
  const parameters = typeof alg === 'string' && Object.hasOwn(algorithms, alg) ? algorithms[alg] : undefined;
  if (more.length > 0 || parameters === undefined || crit !== undefined)
    throw new NotificationError(
      'notification-unproven',
      'the notification is no JWS of a kind that is accepted',
    );
  const found = await key(typeof kid === 'string' ? kid : undefined);
  const signed = Buffer.from(`${header}.${payload}`);
  const genuine = verify('sha256', signed, parameters(found), Buffer.from(signature, 'base64url'));
  if (!genuine)
    throw new NotificationError('notification-unproven', 'the signature of the notification does not verify');
  return Buffer.from(payload, 'base64url');
}

function headerOf(header: string): {
  readonly alg?: unknown;
  readonly kid?: unknown;
  readonly crit?: unknown;
} {
  try {
    const value: unknown = JSON.parse(Buffer.from(header, 'base64url').toString('utf8'));
    return typeof value === 'object' && value !== null ? value : {};
  } catch {
    return {};
  }
}
