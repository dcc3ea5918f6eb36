import { randomBytes } from 'node:crypto';
import type { Answer } from '../http/answer.ts';

/**
 * The answer with the header by which the provider's edge follows a call: it stands on every answer, also
 * where the body holds no id. A sample is `0.c63e1202.1779961183.8c33327b`.
 */
export function withCorrelationId(answer: Answer): Answer {
  const [site, call] = [randomBytes(4).toString('hex'), randomBytes(4).toString('hex')];
  const id = `0.${site}.${Math.floor(Date.now() / 1000)}.${call}`;
  return { ...answer, headers: { ...answer.headers, 'x-mc-correlation-id': id } };
}
