import { type Answer, jsonAnswer } from '../http/answer.ts';
import { chance } from '../seed.ts';

/** Where the offending value stood. */
export type SourceType = 'BODY' | 'HEADER' | 'QUERY' | 'PATH';

/** One detail of an application error. `reason` may be null, as in the provider's samples. */
export interface ErrorDetail {
  readonly reason: string | null;
  readonly sourceType?: SourceType;
  readonly source?: string;
  readonly message?: string;
}

/** The application says no. Thrown by operations, answered in one of the shapes the provider uses. */
export class ServiceRefusal extends Error {
  readonly code = 'SERVICE_REFUSAL';
  readonly status: number;
  readonly reason: string;
  /** Null is sent as null. */
  readonly details: readonly ErrorDetail[] | null;

  constructor(
    status: number,
    reason: string,
    content: { readonly message: string; readonly details?: readonly ErrorDetail[] },
  ) {
    super(content.message);
    this.status = status;
    this.reason = reason;
    this.details = content.details ?? null;
  }
}

/**
 * Which of the provider's two shapes application errors take; `mixed` changes by seed from answer to answer.
 */
export type ErrorShape = 'E1' | 'E2' | 'mixed';

/** The refusal in shape E1 (`status`, `reason`, `errordetail`) or E2 (`code`, `status`, `details`). */
export function refusalAnswer(
  refusal: ServiceRefusal,
  shape: ErrorShape,
  place: { readonly seed: number; readonly request: number },
): Answer {
  const { status, reason, message, details } = refusal;
  const second = shape === 'E2' || (shape === 'mixed' && chance(place.seed, 'shape', place.request) < 0.5);
  return jsonAnswer(
    status,
    second
      ? { code: status, status: reason, message, details }
      : { status, reason, message, errordetail: details },
  );
}

/** What the gateway in front of the application says (E3). */
export interface GatewayRefusal {
  /** Default `Gateway`; `SYSTEM` for a back end in trouble. */
  readonly source?: string;
  readonly status: number;
  readonly reasonCode: string;
  readonly description: string;
  /** Whether the same request could succeed later. */
  readonly recoverable: boolean;
}

/** A gateway refusal as an answer. */
export function gatewayAnswer(
  { status, source = 'Gateway', reasonCode, description, recoverable }: GatewayRefusal,
  headers?: Readonly<Record<string, string>>,
): Answer {
  const error = {
    Source: source,
    ReasonCode: reasonCode,
    Description: description,
    Recoverable: recoverable,
    Details: null,
  };
  return jsonAnswer(status, { Errors: { Error: [error] } }, headers);
}
