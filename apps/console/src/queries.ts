import type { Session } from '@enrollkit/contract/runner';
import { infiniteQueryOptions, QueryCache, QueryClient, queryOptions } from '@tanstack/react-query';
import { isInUse } from './activity.ts';
import { createApi, type Api, type BatchPlace } from './api.ts';
import { ApiError } from './api-error.ts';

/** What is known of the session: nobody is signed in when it is null. */
export const sessionKey = ['session'] as const;

/** Everything that was read of the server, and how it is kept true. */
export const queryClient = new QueryClient({
  queryCache: new QueryCache({ onError: endSessionOn }),
  defaultOptions: {
    queries: {
      staleTime: 5000,
      // A refusal is an answer; only what got none is asked again.
      retry: (failures, error) => failures < 2 && error instanceof ApiError && error.status === 0,
      refetchOnWindowFocus: true,
    },
  },
});

/** The server of this page. */
export const api: Api = createApi({
  baseUrl: new URL('/api', location.href).href,
  csrfToken: () => queryClient.getQueryData<Session | null>(sessionKey)?.csrfToken ?? '',
  isInUse,
});

/** After an answer that nobody is signed in, nothing that was read before stays on the page. */
export function endSessionOn(error: unknown): void {
  if (!(error instanceof ApiError) || error.status !== 401) return;
  if (queryClient.getQueryData(sessionKey) === null) return;
  endSession();
}

/** Forgets everything that was read for the one who was signed in. */
export function endSession(): void {
  queryClient.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== sessionKey[0] });
  queryClient.setQueryData(sessionKey, null);
}

/** Who is signed in; null for nobody. */
export const sessionQuery = queryOptions({
  queryKey: sessionKey,
  queryFn: async (): Promise<Session | null> => {
    try {
      return await api.session();
    } catch (error) {
      if (error instanceof ApiError && error.status === 401) return null;
      throw error;
    }
  },
  staleTime: 60_000,
});

/** The ledger as a whole. */
export const overviewQuery = queryOptions({ queryKey: ['overview'], queryFn: () => api.overview() });

/** One intake. The stream of progress writes into it, too. */
export const intakeQuery = (intakeId: string) =>
  queryOptions({ queryKey: ['intake', intakeId], queryFn: () => api.intake(intakeId) });

/** Outcomes over time. */
export const timelineQuery = (intakeId: string) =>
  queryOptions({ queryKey: ['timeline', intakeId], queryFn: () => api.timeline(intakeId) });

/** Refusals by the provider's codes. */
export const refusalsQuery = (intakeId: string) =>
  queryOptions({ queryKey: ['refusals', intakeId], queryFn: () => api.refusals(intakeId) });

/** Rejected rows by our codes. */
export const rejectionCountsQuery = (intakeId: string) =>
  queryOptions({ queryKey: ['rejection-counts', intakeId], queryFn: () => api.rejectionCounts(intakeId) });

/** One batch with all that a decision needs. */
export const batchQuery = (place: BatchPlace) =>
  queryOptions({ queryKey: ['batch', place.intakeId, place.batchId], queryFn: () => api.batch(place) });

/** What the last comparison of contracts found. */
export const contractQuery = queryOptions({
  queryKey: ['contract'],
  queryFn: () => api.contractFindings(),
});

/** Files of the server that can be planned. */
export const plannableFilesQuery = queryOptions({
  queryKey: ['plannable-files'],
  queryFn: () => api.plannableFiles(),
});

/** A plan; it is read again until it is made. */
export const planQuery = (planId: string) =>
  queryOptions({
    queryKey: ['plan', planId],
    queryFn: () => api.plan(planId),
    refetchInterval: ({ state }) => (state.data?.stage === 'reading' ? 500 : false),
  });

/** Where the console finds the ways to sign in. */
export const signInOptionsQuery = queryOptions({
  queryKey: ['sign-in-options'],
  queryFn: () => api.signInOptions(),
});

interface Page<Item> {
  readonly items: readonly Item[];
  readonly nextCursor?: string;
}

/** A list that is read page by page; `read` gets the cursor of the page, and none for the first. */
export function listQuery<Item>(
  key: readonly unknown[],
  read: (page: { readonly cursor?: string; readonly limit: number }) => Promise<Page<Item>>,
) {
  return infiniteQueryOptions({
    queryKey: key,
    queryFn: ({ pageParam }) => read({ limit: 200, ...(pageParam !== '' && { cursor: pageParam }) }),
    initialPageParam: '',
    getNextPageParam: ({ nextCursor }) => nextCursor,
  });
}
