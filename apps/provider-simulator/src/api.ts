import { randomUUID } from 'node:crypto';
import type { Operation } from '@enrollkit/contract';
import { type BatchReceipt, servers } from '@enrollkit/contract/click-to-pay-enrollment';
import type { Answer } from './http/answer.ts';
import type { AuthorizationServer } from '@enrollkit/signing/authorization-server';
import { type ErrorShape, refusalAnswer, ServiceRefusal } from './gateway/errors.ts';
import type { FaultPlan, AppliedFault } from './faults/fault-plan.ts';
import type { FaultName } from './faults/faults.ts';
import type { Gateway, SignedRequest } from './gateway/gateway.ts';
import type { Notifier } from './families/click-to-pay/notifier.ts';
import { openJwe } from './families/shared/jwe-opener.ts';
import type { ProviderSettings } from './families/shared/request-context.ts';
import { toCommonStatus, toDirectoryStatus } from './families/credential-directory/status-body.ts';
import { handlers, type OperationId, operations, statusOperations } from './families/operations.ts';
import type { ProviderKeys } from './keys/provider-keys.ts';
import { type ApiRequest, readRequest } from './families/shared/request-reader.ts';
import type { StatusBody } from './families/shared/status-body.ts';
import type { World } from './world/world.ts';

/** Path under which the API is served, as at the provider. */
export const basePath: string = new URL(servers[0].url).pathname;

const flowIdHeader = 'x-src-cx-flow-id';

/** A request that has found its operation. */
export interface RoutedRequest extends ApiRequest {
  readonly operationId: OperationId;
  readonly signed: SignedRequest;
  readonly path: string;
}

/** What the API depends on. */
export interface ApiDependencies {
  readonly world: () => World;
  readonly settings: ProviderSettings;
  readonly gateway: Gateway;
  readonly authorization: AuthorizationServer;
  readonly keys: ProviderKeys;
  readonly plan: FaultPlan;
  readonly errorShape: ErrorShape;
  /** Told of every batch that was taken; absent: no notifications are sent. */
  readonly notifier?: Pick<Notifier, 'expect'>;
  /** For how long a read without a flow id may miss what was written; milliseconds. */
  readonly replicationLagMs: number;
  /** `none` is bench mode: signature and contract are not looked at. */
  readonly verify: 'all' | 'none';
  readonly now: () => number;
}

/** What goes back, and the faults of its bytes. */
export interface ApiReply {
  readonly answer: Answer | 'drop' | 'silence';
  readonly wire: readonly AppliedFault[];
}

/** The API behind its gateway: one request in, one reply out, with the faults of the plan at their places. */
export class Api {
  readonly #parts: ApiDependencies;
  #requests = 0;
  /** The last success of each operation, before faults. */
  readonly #previous = new Map<OperationId, Answer>();

  constructor(parts: ApiDependencies) {
    this.#parts = parts;
  }

  async answer(request: RoutedRequest): Promise<ApiReply> {
    const { plan, now } = this.#parts;
    const number = this.#requests++;
    const hits = plan.select({ operation: request.operationId, target: request.path, now: now() });
    const wire = hits.filter(({ fault }) => fault.at === 'wire');
    for (const { fault, context } of hits)
      if (fault.at === 'arrival') return { answer: fault.apply(context), wire };
    const answer = withFlowId(await this.#admit(request, { hits, number }), request);
    const previous = this.#previous.get(request.operationId);
    if (answer.status < 300) this.#previous.set(request.operationId, answer);
    if (request.operationId === 'enrollBatch' && answer.status === 202)
      this.#parts.notifier?.expect((answer.json as BatchReceipt).batchId);
    return { answer: withFaults(answer, hits, { previous, operationId: request.operationId }), wire };
  }

  async #admit(
    request: RoutedRequest,
    { hits, number }: { hits: readonly AppliedFault[]; number: number },
  ): Promise<Answer> {
    const { verify, gateway, now, keys, authorization } = this.#parts;
    const clockOff = (valueOf(hits, 'clock-off') ?? 0) * 60_000;
    if (valueOf(hits, 'stale-nonce') !== undefined) authorization.rotateNonce();
    if (valueOf(hits, 'revoked-tokens') !== undefined) authorization.revokeTokens();
    if (verify === 'all') {
      const admission = await gateway.admit(request.signed, now() + clockOff);
      // Without a fault the gateway's time is the server's, and Node writes the header by itself.
      const date = clockOff === 0 ? {} : { date: new Date(now() + clockOff).toUTCString() };
      if ('answer' in admission)
        return { ...admission.answer, headers: { ...admission.answer.headers, ...date } };
      // The gateway sets x-openapi-clientid itself: what the caller sends there is not compared with the key.
    }
    if (valueOf(hits, 'rotate-key') !== undefined) await keys.rotate('refuse');
    const first = await this.#process(request, { hits, number });
    return valueOf(hits, 'twice-delivered') === undefined ? first : this.#process(request, { hits, number });
  }

  async #process(
    request: RoutedRequest,
    { hits, number }: { hits: readonly AppliedFault[]; number: number },
  ): Promise<Answer> {
    const { world, settings, keys, verify, now, replicationLagMs } = this.#parts;
    const operation: Operation = operations[request.operationId];
    // A flow id ties a call to the site that saw the one before; another site may not have it yet.
    const lags = request.signed.method === 'GET' && request.header(flowIdHeader) === undefined;
    try {
      const read = await readRequest(operation, request, {
        open: (jwe) => openJwe(jwe, (kid) => keys.find(kid)),
        validate: verify === 'all',
      });
      return handlers[request.operationId]({
        world: world(),
        settings,
        request: read,
        now: now(),
        asOf: now() - (lags ? replicationLagMs : 0),
        failBatch: valueOf(hits, 'fail-batch') !== undefined,
      });
    } catch (error) {
      if (error instanceof ServiceRefusal) return this.#refused(error, number);
      throw error;
    }
  }

  #refused(refusal: ServiceRefusal, number: number): Answer {
    const { errorShape, settings } = this.#parts;
    return refusalAnswer(refusal, errorShape, { seed: settings.seed, request: number });
  }
}

/** Ties back-to-back calls to one site: what the client echoes comes back, a new client gets an id. */
function withFlowId(answer: Answer, request: ApiRequest): Answer {
  const flowId = request.header(flowIdHeader) ?? randomUUID();
  return { ...answer, headers: { ...answer.headers, [flowIdHeader]: flowId } };
}

function valueOf(hits: readonly AppliedFault[], name: FaultName): number | undefined {
  return hits.find((hit) => hit.name === name)?.context.value;
}

/** The answer after the faults that change it: first what a batch status says, then the answer as a whole. */
function withFaults(
  answer: Answer,
  hits: readonly AppliedFault[],
  { previous, operationId }: { readonly previous: Answer | undefined; readonly operationId: OperationId },
): Answer {
  let result = statusOperations.has(operationId) ? withStatusFaults(answer, hits) : answer;
  for (const { fault, context } of hits)
    if (fault.at === 'answer') result = fault.apply(result, { ...context, previous });
  return result;
}

function withStatusFaults(answer: Answer, hits: readonly AppliedFault[]): Answer {
  if (answer.status !== 200) return answer;
  const body = answer.json as StatusBody;
  const inDirectory = 'batchStatus' in body;
  let status = inDirectory ? toCommonStatus(body) : body;
  for (const { fault, context } of hits) if (fault.at === 'status') status = fault.apply(status, context);
  return { ...answer, json: inDirectory ? toDirectoryStatus(status) : status };
}
