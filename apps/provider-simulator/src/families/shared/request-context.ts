import { randomUUID } from 'node:crypto';
import type { Answer } from '../../http/answer.ts';
import { ServiceRefusal } from '../../gateway/errors.ts';
import type { ReadRequest } from './request-reader.ts';
import type { World } from '../../world/world.ts';

/** What the provider does with an `externalBatchId` it has seen before, which no document says. */
export type DuplicatePolicy = 'idempotent' | 'reject' | 'duplicate';

/** A client and one of its directories, as handed out at onboarding. */
export interface Programme {
  readonly srcClientId: string;
  readonly serviceId: string;
}

/** What the provider was set up with. */
export interface ProviderSettings {
  readonly seed: number;
  readonly onDuplicate: DuplicatePolicy;
  /** From 202 to the batch's results, milliseconds. */
  readonly processingMs: number;
  /** Known clients; absent: any is accepted. */
  readonly programmes?: readonly Programme[];
  /** Most cards in one batch; absent: no limit, since none is documented. */
  readonly maxBatchCards?: number;
  /** Onboarding choice: cards get no token, and so no id, before the first checkout. */
  readonly delayedTokenization: boolean;
  /** Bench mode: cards of a batch are enrolled unseen, and their consumers are not kept. */
  readonly bare: boolean;
}

/** One request being dealt with. */
export interface RequestContext {
  readonly world: World;
  readonly settings: ProviderSettings;
  readonly request: ReadRequest;
  /** The provider's clock, milliseconds. */
  readonly now: number;
  /** Set by the fault `fail-batch`. */
  readonly failBatch: boolean;
}

/** What an operation does. Throws `ServiceRefusal` for what the application refuses. */
export type Handler = (context: RequestContext) => Answer;

/** The correlation id that came with the request, or a new one. */
export function correlationId(given: string | undefined): string {
  return given ?? randomUUID();
}

/** Throws `ServiceRefusal` when the client, or this directory of it, is not known. */
export function checkProgramme(
  { settings }: RequestContext,
  programme: Programme,
  sourceType: 'BODY' | 'QUERY',
): void {
  const { programmes } = settings;
  if (programmes === undefined) return;
  const unknown = (source: keyof Programme): ServiceRefusal =>
    new ServiceRefusal(400, 'INVALID_STATE', {
      message: 'The request cannot be carried out in this state',
      details: [{ reason: 'INVALID_VALUE', sourceType, source, message: 'is not known' }],
    });
  if (!programmes.some((known) => known.srcClientId === programme.srcClientId)) throw unknown('srcClientId');
  if (!programmes.some((known) => known.serviceId === programme.serviceId)) throw unknown('serviceId');
  if (
    !programmes.some(
      (known) => known.srcClientId === programme.srcClientId && known.serviceId === programme.serviceId,
    )
  ) {
    throw new ServiceRefusal(403, 'PERMISSION_DENIED', {
      message: 'The service does not belong to this client',
    });
  }
}

/** The client and directory a GET or DELETE names in its query. */
export function programmeOf({ parameters }: ReadRequest): Programme {
  return { srcClientId: parameters['srcClientId'] ?? '', serviceId: parameters['serviceId'] ?? '' };
}

/** 404 NOT_FOUND. */
export function notFound(source: string): ServiceRefusal {
  return new ServiceRefusal(404, 'NOT_FOUND', {
    message: 'Not found',
    details: [{ reason: 'NOT_FOUND', sourceType: 'PATH', source, message: 'is not known' }],
  });
}
