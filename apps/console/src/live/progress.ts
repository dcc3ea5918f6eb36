import type { Intake, Progress, Runner } from '@enrollkit/contract/runner';
import { skipToken, useQuery, type QueryClient } from '@tanstack/react-query';
import { createContext, useContext, useEffect, useState } from 'react';
import { queryClient, sessionKey } from '../queries.ts';
import { ProgressStream, type Connection } from './stream.ts';

/** Where everything stands, as far as the stream has said. */
export interface Live {
  readonly at: string;
  readonly runner?: Runner;
  readonly ledgerError?: string;
  readonly pausedUntil?: string;
  readonly unknownBatches: number;
  readonly auditEvents: number;
  /** What is not settled, and what was settled while the page was open. */
  readonly intakes: readonly Intake[];
}

const liveKey = ['live'] as const;

/** The state of the stream, for who shows it. */
export const ConnectionContext = createContext<Connection>('connecting');

/** The state of the stream of events. */
export function useConnection(): Connection {
  return useContext(ConnectionContext);
}

/** What the stream has said; nothing before its first event. */
export function useLive(): Live | undefined {
  const { data } = useQuery<Live>({ queryKey: liveKey, queryFn: skipToken, staleTime: Infinity });
  return data;
}

/**
 * Follows the server's stream as long as the page is open. To be used once; others read `useLive` and
 * `useConnection`.
 */
export function useProgressStream(address: string): Connection {
  const [connection, setConnection] = useState<Connection>('connecting');
  useEffect(() => {
    const stream = new ProgressStream(address, {
      onProgress: (progress) => takeProgress(queryClient, progress),
      onConnection: setConnection,
      onClosed: () => void queryClient.invalidateQueries({ queryKey: sessionKey }),
    });
    return () => stream.close();
  }, [address]);
  return connection;
}

/** Writes what has arrived into everything that was read before. */
export function takeProgress(client: QueryClient, arrived: readonly Progress[]): void {
  const before = client.getQueryData<Live>(liveKey);
  const after = arrived.reduce<Live | undefined>(merged, before);
  if (after === undefined) return;
  client.setQueryData<Live>(liveKey, after);
  const changed = new Map(arrived.flatMap(({ intakes }) => intakes.map((one) => [one.id, one] as const)));
  for (const [id, intake] of changed) client.setQueryData<Intake>(['intake', id], intake);
  if (before === undefined) return;
  refresh(client, before, after);
  // What is read beside the stream is read a last time when an intake has come to its end.
  for (const { id, state } of changed.values())
    if (before.intakes.find((one) => one.id === id)?.state !== state)
      for (const key of ['timeline', 'refusals', 'rejection-counts', 'batches', 'records'])
        void client.invalidateQueries({ queryKey: [key, id] });
}

function merged(live: Live | undefined, progress: Progress): Live {
  const { at, runner, ledgerError, pausedUntil, unknownBatches, auditEvents, complete, intakes } = progress;
  const others = (live?.intakes ?? []).filter(
    ({ id, state }) => !intakes.some((one) => one.id === id) && (!complete || state === 'settled'),
  );
  return {
    at,
    unknownBatches,
    auditEvents,
    intakes: [...intakes, ...others].toSorted((a, b) => b.createdAt.localeCompare(a.createdAt)),
    ...(runner && { runner }),
    ...(ledgerError !== undefined && { ledgerError }),
    ...(pausedUntil !== undefined && { pausedUntil }),
  };
}

/** Reads again what the stream only says to have changed. */
function refresh(client: QueryClient, before: Live, after: Live): void {
  const again = (key: string): void => void client.invalidateQueries({ queryKey: [key] });
  if (before.auditEvents !== after.auditEvents) {
    again('audit');
    again('overview');
    again('batch');
  }
  if (before.unknownBatches !== after.unknownBatches) again('unknown');
  if (statesOf(before) !== statesOf(after)) {
    again('intakes');
    again('overview');
  }
}

function statesOf({ intakes }: Live): string {
  return intakes.map(({ id, state }) => `${id} ${state}`).join();
}
