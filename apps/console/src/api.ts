import type {
  Abandonment,
  AuditPage,
  Batch,
  BatchDetail,
  BatchPage,
  BatchState,
  CardholderHistory,
  CardholderQuery,
  ContractFindings,
  InstructionRequest,
  Intake,
  IntakePage,
  IntakeState,
  OidcStart,
  Overview,
  paths,
  Plan,
  PlannableFiles,
  PlanRequest,
  RecordPage,
  RecordState,
  RefusalCounts,
  RejectionCounts,
  RejectionPage,
  Resolution,
  Runner,
  Session,
  SignInOptions,
  SignInRequest,
  Timeline,
  UnknownBatchPage,
} from '@enrollkit/contract/runner';
import createClient from 'openapi-fetch';
import { ApiError, isProblem, notUnderstood, unreachable } from './api-error.ts';

/** A page of a list: where it begins, and how long it may be. */
export interface PageOf {
  /** `nextCursor` of the page before; without it, the list begins. */
  readonly cursor?: string;
  readonly limit?: number;
}

/** What names one batch. */
export type BatchPlace = Pick<Batch, 'intakeId'> & { readonly batchId: number };

/** Options of a plan. */
export type PlanOptions = Required<Pick<PlanRequest, 'again' | 'full'>>;

/** Where the server is, and what proves that a request is the page's own. */
export interface ApiConfig {
  /** Ends without a slash: `/api`. */
  readonly baseUrl: string;
  /** `csrfToken` of the session; empty when nobody is signed in. */
  readonly csrfToken: () => string;
  /** Whether somebody is at the page; the server does not take a request for a person's where nobody is. */
  readonly isInUse: () => boolean;
}

/**
 * The operations of the contract `specs/runner` that the console calls. Each gives the answer of the
 * contract, or throws an `ApiError`. No other file of the console calls the server, but for the stream
 * of events.
 */
export interface Api {
  readonly signInOptions: () => Promise<SignInOptions>;
  readonly session: () => Promise<Session>;
  readonly signIn: (body: SignInRequest) => Promise<Session>;
  readonly redeemLink: (linkToken: string) => Promise<Session>;
  readonly startOidc: () => Promise<OidcStart>;
  readonly signOut: () => Promise<undefined>;
  readonly overview: () => Promise<Overview>;
  readonly intakes: (page: PageOf & { readonly state?: IntakeState }) => Promise<IntakePage>;
  readonly intake: (intakeId: string) => Promise<Intake>;
  readonly timeline: (intakeId: string) => Promise<Timeline>;
  readonly batches: (intakeId: string, page: PageOf & { readonly state?: BatchState }) => Promise<BatchPage>;
  readonly batch: (place: BatchPlace) => Promise<BatchDetail>;
  readonly records: (
    intakeId: string,
    page: PageOf & { readonly state?: RecordState; readonly code?: string; readonly batchId?: number },
  ) => Promise<RecordPage>;
  readonly refusals: (intakeId: string) => Promise<RefusalCounts>;
  readonly rejections: (
    intakeId: string,
    page: PageOf & { readonly code?: string },
  ) => Promise<RejectionPage>;
  readonly rejectionCounts: (intakeId: string) => Promise<RejectionCounts>;
  readonly unknownBatches: (page: PageOf) => Promise<UnknownBatchPage>;
  readonly resolve: (place: BatchPlace, body: Resolution) => Promise<BatchDetail>;
  readonly abandon: (place: BatchPlace, body: Abandonment) => Promise<BatchDetail>;
  readonly instruct: (body: InstructionRequest) => Promise<Runner>;
  readonly lookUp: (body: CardholderQuery) => Promise<CardholderHistory>;
  readonly audit: (page: PageOf & { readonly intakeId?: string }) => Promise<AuditPage>;
  readonly plannableFiles: () => Promise<PlannableFiles>;
  readonly planFile: (body: PlanRequest) => Promise<Plan>;
  readonly planUpload: (file: File, options: PlanOptions) => Promise<Plan>;
  readonly plan: (planId: string) => Promise<Plan>;
  readonly discardPlan: (planId: string) => Promise<undefined>;
  readonly contractFindings: () => Promise<ContractFindings>;
}

type Http = ReturnType<typeof createClient<paths>>;

/** What the calls are made with. */
interface Calls {
  readonly http: Http;
  /** The header of every call that changes something. */
  readonly proof: () => { readonly 'X-CSRF-Token': string };
}

/** The server's operations at one address. */
export function createApi({ baseUrl, csrfToken, isInUse }: ApiConfig): Api {
  const http = createClient<paths>({ baseUrl, credentials: 'same-origin', cache: 'no-store' });
  http.use({
    onRequest: ({ request }) => {
      if (!isInUse()) request.headers.set('Enrollkit-Background', '1');
    },
  });
  const calls = { http, proof: () => ({ 'X-CSRF-Token': csrfToken() }) };
  return { ...sessionCalls(calls), ...readingCalls(calls), ...decidingCalls(calls), ...planCalls(calls) };
}

function sessionCalls({ http, proof }: Calls) {
  return {
    signInOptions: () => answer(http.GET('/session/options')),
    session: () => answer(http.GET('/session')),
    signIn: (body: SignInRequest) => answer(http.POST('/session/login', { body })),
    redeemLink: (linkToken: string) => answer(http.POST('/session/link', { body: { linkToken } })),
    startOidc: () => answer(http.POST('/session/oidc')),
    signOut: () => answer(http.DELETE('/session', { params: { header: proof() } })),
  } satisfies Partial<Api>;
}

function readingCalls({ http, proof }: Calls) {
  const of = (intakeId: string) => ({ params: { path: { intakeId } } });
  const pageOf = <Query>(intakeId: string, query: Query) => ({ params: { path: { intakeId }, query } });
  return {
    overview: () => answer(http.GET('/overview')),
    intakes: (query) => answer(http.GET('/intakes', { params: { query } })),
    intake: (intakeId) => answer(http.GET('/intakes/{intakeId}', of(intakeId))),
    timeline: (intakeId) => answer(http.GET('/intakes/{intakeId}/timeline', of(intakeId))),
    batches: (intakeId, query) => answer(http.GET('/intakes/{intakeId}/batches', pageOf(intakeId, query))),
    batch: (path) => answer(http.GET('/intakes/{intakeId}/batches/{batchId}', { params: { path } })),
    records: (intakeId, query) => answer(http.GET('/intakes/{intakeId}/records', pageOf(intakeId, query))),
    refusals: (intakeId) => answer(http.GET('/intakes/{intakeId}/refusals', of(intakeId))),
    rejections: (intakeId, query) =>
      answer(http.GET('/intakes/{intakeId}/rejections', pageOf(intakeId, query))),
    rejectionCounts: (intakeId) => answer(http.GET('/intakes/{intakeId}/rejections/counts', of(intakeId))),
    unknownBatches: (query) => answer(http.GET('/unknown-batches', { params: { query } })),
    lookUp: (body) => answer(http.POST('/register/look-up', { params: { header: proof() }, body })),
    audit: (query) => answer(http.GET('/audit', { params: { query } })),
    contractFindings: () => answer(http.GET('/contract')),
  } satisfies Partial<Api>;
}

function decidingCalls({ http, proof }: Calls) {
  return {
    resolve: (path, body) =>
      answer(
        http.POST('/intakes/{intakeId}/batches/{batchId}/resolution', {
          params: { path, header: proof() },
          body,
        }),
      ),
    abandon: (path, body) =>
      answer(
        http.POST('/intakes/{intakeId}/batches/{batchId}/abandonment', {
          params: { path, header: proof() },
          body,
        }),
      ),
    instruct: (body) => answer(http.POST('/runner/instructions', { params: { header: proof() }, body })),
  } satisfies Partial<Api>;
}

function planCalls({ http, proof }: Calls) {
  return {
    plannableFiles: () => answer(http.GET('/plans/files')),
    planFile: (body) => answer(http.POST('/plans', { params: { header: proof() }, body })),
    planUpload: (file, options) =>
      answer(
        http.POST('/plans/uploads', {
          params: { header: proof(), query: { fileName: file.name, ...options } },
          headers: { 'Content-Type': 'application/octet-stream' },
          body: '',
          // The bytes of the file as they are; the contract has no better word for them than a text.
          bodySerializer: () => file,
        }),
      ),
    plan: (planId) => answer(http.GET('/plans/{planId}', { params: { path: { planId } } })),
    discardPlan: (planId) =>
      answer(http.DELETE('/plans/{planId}', { params: { path: { planId }, header: proof() } })),
  } satisfies Partial<Api>;
}

interface Answer<Data> {
  readonly data?: Data;
  readonly error?: unknown;
  readonly response: Response;
}

async function answer<Data>(call: Promise<Answer<Data>>): Promise<Data> {
  const { data, error, response } = await call.catch((cause: unknown) => {
    throw unreachable(cause);
  });
  if (response.ok) return data as Data;
  throw isProblem(error) ? new ApiError(error) : notUnderstood(response.status);
}
