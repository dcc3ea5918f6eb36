import { randomUUID } from 'node:crypto';
import { ServiceRefusal } from '../../gateway/errors.ts';
import type { Answer } from '../../http/answer.ts';
import type { World } from '../../world/world.ts';
import type { ReadRequest } from './request-reader.ts';

/** A client and one of its services, as handed out at onboarding. */
export interface Programme {
  readonly srcClientId: string;
  readonly serviceId: string;
}

/** What the provider does with an `externalBatchId` it has seen before, which no document says. */
export type DuplicatePolicy = 'idempotent' | 'reject' | 'duplicate';

/** What the provider was set up with. */
export interface ProviderSettings {
  readonly seed: number;
  readonly onDuplicate: DuplicatePolicy;
  /** From 202 to the batch's results, milliseconds. */
  readonly processingMs: number;
  /** Known clients of the Enroll API; absent: any is accepted. */
  readonly programmes?: readonly Programme[];
  /** Known Credential Directories; absent: any is accepted. */
  readonly directories?: readonly string[];
  /** Most cards in one batch; absent: no limit, since none is documented. */
  readonly maxBatchCards?: number;
  /** Onboarding choice: cards get no token, and so no id, before the first checkout. */
  readonly delayedTokenization: boolean;
  /** Whether updates answer with the masked object; most likely the provider only acknowledges them. */
  readonly fullAnswers: boolean;
  /** Bench mode: cards of a batch are enrolled unseen, and their consumers are not kept. */
  readonly bare: boolean;
}

/** One request being processed. */
export interface RequestContext {
  readonly world: World;
  readonly settings: ProviderSettings;
  readonly request: ReadRequest;
  /** The provider's clock, milliseconds. */
  readonly now: number;
  /** The state that this site has: of `now`, or of a while before where replication lags. */
  readonly asOf: number;
  /** Set by the fault `fail-batch`. */
  readonly failBatch: boolean;
}

/** What an operation does. Throws `ServiceRefusal` for what the application refuses. */
export type Handler = (context: RequestContext) => Answer;

/** The correlation id that came with the request, or a new one. */
export function correlationId(given: string | undefined): string {
  return given ?? randomUUID();
}

/** The opened plaintext of that schema, which the contract check has found there. */
export function openedAs<T>(
  { opened }: ReadRequest,
  schema: string,
): { readonly value: T; readonly bytes: Buffer } {
  const found = opened[schema];
  if (found === undefined) throw new Error(`The contract says that the request holds ${schema}`);
  return { value: found.value as T, bytes: found.bytes };
}

/** 404 NOT_FOUND. */
export function notFound(source: string): ServiceRefusal {
  return new ServiceRefusal(404, 'NOT_FOUND', {
    message: 'Not found',
    details: [{ reason: 'NOT_FOUND', sourceType: 'PATH', source, message: 'is not known' }],
  });
}
