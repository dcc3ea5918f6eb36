/** What the bench's processes agree on; each is started with one of these as JSON in its first argument. */
export interface BenchJob {
  /** Cardholders, CSV. */
  readonly input: string;
  /** A folder of the bench's own. */
  readonly folder: string;
  /** Where the provider listens; empty for the provider itself. */
  readonly url: string;
  /** Requests the peer has under way at once. */
  readonly inFlight: number;
  /** Whether the peer writes down what it does. */
  readonly durable?: boolean;
}

/** Records a request. */
export const BATCH_SIZE = 250;
/** Requests under way at once. */
export const IN_FLIGHT = 8;
/** The programme both contenders enroll into. */
export const PROGRAMME = {
  srcClientId: '11111111-2222-3333-4444-555555555555',
  serviceId: 'BENCH#01',
} as const;
/** Ids of the peer's batches: `peer-0`, `peer-1`, ... */
export const PEER_BATCH = 'peer-';

/** Of the ledger, so that the provider knows beforehand which records come under which id. */
export const FINGERPRINT_KEY = '0123456789abcdef'.repeat(4);

/** What the provider has seen, at `/seen`. */
export interface Seen {
  /** When each request came in, in milliseconds of the provider's clock, in order. */
  readonly arrivals: readonly number[];
  /** Batches by the consumer key that signed them. */
  readonly batchesOf: Readonly<Record<string, number>>;
  /**
   * The longest for which the provider itself stood still since the first request, in milliseconds: it saw
   * nothing come in, and then all at once.
   */
  readonly stalledMs: number;
  /** Batches that came more than once. */
  readonly repeated: number;
}

/** The job this process was started for. */
export function job(): BenchJob {
  return JSON.parse(process.argv[2] ?? '{}') as BenchJob;
}
