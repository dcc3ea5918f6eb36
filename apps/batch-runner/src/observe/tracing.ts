import type { PollAnswer, Provider, Submission } from '@enrollkit/enrollment';
import type { Ledger, SharedLedger } from '@enrollkit/ledger';
import type { Attributes, Context, Tracer } from '@opentelemetry/api';
import { maskCardNumbers } from '@enrollkit/base';

type Api = typeof import('@opentelemetry/api');

/** Attributes of a finished span: ids, codes and counts, never anything of a record. */
type Describe<T> = (answer: T) => { readonly attributes: Attributes; readonly failed?: string | undefined };

/**
 * Spans of a run for whoever has set up an OpenTelemetry SDK (with `node --import`): the command, the load,
 * each request to the provider and each settlement, with the ids of batches. Without the API's package, or
 * without an SDK, it does nothing.
 */
export class Tracing {
  readonly #api: Api | undefined;
  readonly #tracer: Tracer | undefined;
  #parent: Context | undefined;

  constructor(api: Api | undefined) {
    this.#api = api;
    this.#tracer = api?.trace.getTracer('enrollkit');
  }

  /** The span of a whole command; every other one begun meanwhile is a part of it. */
  command<T>(name: string, work: () => Promise<T>): Promise<T> {
    return this.span({ name: `enrollkit ${name}`, begins: true }, work, () => ({ attributes: {} }));
  }

  /**
   * One span around some work. Ends as failed when the work throws, or when `describe` says so; the thrown
   * error is not recorded.
   */
  async span<T>(
    named: { readonly name: string; readonly begins?: boolean; readonly attributes?: Attributes },
    work: () => Promise<T>,
    describe: Describe<T>,
  ): Promise<T> {
    const api = this.#api;
    if (api === undefined || this.#tracer === undefined) return work();
    const parent = this.#parent ?? api.context.active();
    const span = this.#tracer.startSpan(named.name, { attributes: harmless(named.attributes ?? {}) }, parent);
    const inside = api.trace.setSpan(parent, span);
    if (named.begins === true) this.#parent = inside;
    try {
      const answer = await api.context.with(inside, work);
      const { attributes, failed } = describe(answer);
      span.setAttributes(harmless(attributes));
      if (failed !== undefined)
        span.setStatus({ code: api.SpanStatusCode.ERROR, message: maskCardNumbers(failed) });
      return answer;
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? String(error.code) : 'internal';
      span.setStatus({ code: api.SpanStatusCode.ERROR, message: maskCardNumbers(code) });
      throw error;
    } finally {
      span.end();
    }
  }

  /** The provider, each attempt of which is a span. */
  provider<P extends Provider>(provider: P): P {
    return {
      ...provider,
      submit: (body, options) =>
        this.span(
          { name: 'submit', attributes: { 'enrollkit.batch.external_id': body.externalBatchId } },
          () => provider.submit(body, options),
          outcomeOfAttempt,
        ),
      poll: (batchId, signal) =>
        this.span(
          { name: 'poll', attributes: { 'enrollkit.batch.provider_id': batchId } },
          () => provider.poll(batchId, signal),
          outcomeOfAttempt,
        ),
    };
  }

  /** The ledger, each settlement of which is a span. */
  ledger<L extends Ledger>(ledger: L): L {
    const settle: Ledger['settle'] = (batchId, outcomes, onMissing) =>
      this.span(
        {
          name: 'settle',
          attributes: { 'enrollkit.batch.number': batchId, 'enrollkit.outcomes': outcomes.length },
        },
        () => ledger.settle(batchId, outcomes, onMissing),
        ({ missing, unmatched }) => ({
          attributes: { 'enrollkit.missing': missing, 'enrollkit.unmatched': unmatched },
        }),
      );
    return { ...ledger, settle };
  }

  /** The same for a ledger that many share: each attempt's own view of it too. */
  shared(ledger: SharedLedger): SharedLedger {
    return { ...this.ledger(ledger), forAttempt: (owner) => this.ledger(ledger.forAttempt(owner)) };
  }
}

/** Loads the API if it is installed. */
export async function openTracing(): Promise<Tracing> {
  return new Tracing(await import('@opentelemetry/api').catch(() => undefined));
}

function outcomeOfAttempt(answer: Submission | PollAnswer): ReturnType<Describe<unknown>> {
  const reason = 'reason' in answer ? answer.reason : undefined;
  return {
    attributes: {
      'enrollkit.answer': answer.kind,
      ...('providerBatchId' in answer &&
        answer.providerBatchId !== undefined && { 'enrollkit.batch.provider_id': answer.providerBatchId }),
      ...(reason && { 'enrollkit.reason': reason.code, 'http.response.status_code': reason.httpStatus }),
      ...(reason?.correlationId !== undefined && { 'enrollkit.correlation_id': reason.correlationId }),
    },
    failed: reason?.code,
  };
}

/** Masks anything that could be a card number: the last line of defence. */
function harmless(attributes: Attributes): Attributes {
  return Object.fromEntries(
    Object.entries(attributes).map(([name, value]) => [
      name,
      typeof value === 'string' ? maskCardNumbers(value) : value,
    ]),
  );
}
