import { sql } from 'kysely';
import { fromKysely, PgBoss, type ConstructorOptions, type JobResult, type JobWithMetadata } from 'pg-boss';
import { LedgerBatchLostError } from '../errors.ts';
import type { Consumer, ConsumerOptions, WorkKind } from '../port/shared.ts';
import { HELD_BACK } from '../port/held-back.ts';
import type { Outbox, OutboxBatch } from '../sql/outbox.ts';
import { together } from '../sql/together.ts';
import type { Db } from '../sql/tables.ts';
import type { Sockets } from './sockets.ts';

/** pg-boss keeps its tables in a schema of its own, beside the ledger's. */
const schema = 'enrollkit_queue';

/** Where work ends up that failed as often as it may. */
const deadLetter = 'dead-letter';

const kinds: readonly WorkKind[] = ['submit', 'poll', 'reconcile'];

/** What a queue carries: the number of a batch, and nothing else. */
interface Payload {
  readonly batch: number;
}

/**
 * Ten seconds without a heartbeat, and one for the supervisor to see it: a dead worker's job is given to
 * another within 15 seconds. A job that fails is tried again later and later; jobs that are done are not
 * kept, for the ledger is the memory.
 */
const settings = {
  policy: 'short',
  heartbeatSeconds: 10,
  retryLimit: 20,
  retryDelay: 1,
  retryBackoff: true,
  retryDelayMax: 60,
  deleteAfterSeconds: 60,
  deadLetter,
  notify: true,
} as const;
const supervision = {
  superviseIntervalSeconds: 1,
  monitorIntervalSeconds: 1,
  maintenanceIntervalSeconds: 60,
  monitorVacuum: false,
} as const;

/**
 * A worker is told of work that can be done at once (`NOTIFY`), and a full portion is followed by the next
 * one at once. What is due later it must ask for, and so it must while it cannot be told: the shortest that
 * pg-boss allows.
 */
const pollingIntervalSeconds = 0.5;

/**
 * While it is told: only questions about a batch are planned for later, and the others are seldom put back.
 */
const notifiedPollingSeconds: Readonly<Record<WorkKind, number>> = { submit: 2, poll: 0.5, reconcile: 5 };

/** The owner of what an attempt of a job does: others have no id that the queue gave. */
const attemptOfJob = /^[\da-f]{8}-[\da-f-]{27}\/\d+$/;

/** Jobs in one statement. */
const insertedAtOnce = 1000;

/** What a batch waits for in each of its states; the others wait for nothing, or for a person. */
const nextStep: Readonly<Partial<Record<OutboxBatch['state'], WorkKind>>> = {
  sealed: 'submit',
  submitted: 'poll',
  settled: 'reconcile',
  refused: 'reconcile',
  abandoned: 'reconcile',
};

/**
 * The queues, on pg-boss: one for each kind of work. One job of a batch waits at a time (`singletonKey`,
 * policy `short`), so to queue it again is harmless; a job whose batch has moved on is done.
 */
export class Queues {
  readonly #address: string;
  readonly #lines: Sockets;
  #enqueuing: Promise<PgBoss> | undefined;
  #working: PgBoss | undefined;

  constructor(address: string, lines: Sockets) {
    this.#address = address;
    this.#lines = lines;
  }

  /** Puts the next step of these batches into its queue, in the transaction of `db`. */
  async enqueue(db: Db, batches: readonly OutboxBatch[], afterMs?: number): Promise<void> {
    const boss = await this.#started();
    const due = batches.filter(({ not_before: notBefore }) => notBefore !== HELD_BACK);
    for (const [kind, group] of Map.groupBy(due, ({ state }) => nextStep[state])) {
      if (kind === undefined) continue;
      for (let start = 0; start < group.length; start += insertedAtOnce) {
        const jobs = group.slice(start, start + insertedAtOnce).map(({ id, not_before }) => {
          // As a delay, not as a time: the clocks of the hosts may differ.
          const delay = afterMs ?? not_before - Date.now();
          return {
            data: { batch: id } satisfies Payload,
            singletonKey: String(id),
            ...(delay > 0 && { startAfter: delay / 1000 }),
          };
        });
        await boss.insert(kind, jobs, { db: fromKysely(db) });
      }
    }
  }

  /** Whether somebody works on this job, or it waits to be given to somebody. */
  async isAlive(owner: string): Promise<boolean> {
    const [job] = await (
      await this.#started()
    ).findJobs('submit', { id: owner.slice(0, owner.indexOf('/')) });
    return job?.state === 'active' || job?.state === 'retry' || job?.state === 'created';
  }

  /**
   * Counts an intent as a sign of life of the attempt that works on this job, in the transaction of `db`:
   * woken after a while its last one may be old, and the job about to be given to another. False when that
   * has happened.
   */
  async touch(db: Db, owner: string): Promise<boolean> {
    if (!isAttempt(owner)) return true;
    const [id = '', attempt] = owner.split('/');
    const boss = await this.#started();
    const touched = { id, retryCount: Number(attempt) };
    const { affected } = (await boss.touch('submit', touched, { db: fromKysely(db) })) as {
      affected: number;
    };
    return affected === 1;
  }

  /** Takes work from all queues until it is stopped. */
  async take(taking: ConsumerOptions): Promise<Consumer> {
    const boss = await opened(
      this.#boss(taking.onError, { ...supervision, supervise: true, max: 3, useListenNotify: true }),
      // A piece of work may wait for as long as another one lasts.
      2 * taking.timeoutSeconds,
    );
    this.#working = boss;
    // Two takers, so that one slow request does not hold up the rest.
    const batchSize = Math.max(2, taking.concurrency);
    for (const kind of kinds) {
      await boss.work(
        kind,
        {
          batchSize,
          localConcurrency: 2,
          pollingIntervalSeconds,
          notifyPollingIntervalSeconds: notifiedPollingSeconds[kind],
          burstWhenBatchFull: true,
          perJobResults: true,
          includeMetadata: true,
        },
        (jobs: JobWithMetadata<Payload>[]) => Promise.all(jobs.map((job) => done(kind, job, taking))),
      );
    }
    return {
      stop: async () => {
        await Promise.all(kinds.map((kind) => boss.offWork(kind, { wait: true })));
        this.#working = undefined;
        await boss.stop({ graceful: false });
      },
    };
  }

  /** Gives the connections back. */
  async close(): Promise<void> {
    await this.#working?.stop({ graceful: false });
    const boss = await this.#enqueuing?.catch(() => undefined);
    await boss?.stop({ graceful: false });
  }

  /** Queues are made, and brought up to date, by whoever comes first; tried again after a failure. */
  #started(): Promise<PgBoss> {
    if (this.#working !== undefined) return Promise.resolve(this.#working);
    this.#enqueuing ??= this.#start().catch((error: unknown) => {
      this.#enqueuing = undefined;
      throw error;
    });
    return this.#enqueuing;
  }

  #start(): Promise<PgBoss> {
    // What fails here fails the transaction that wanted to enqueue, and is told there.
    return opened(this.#boss(() => undefined, { supervise: false, max: 2 }));
  }

  #boss(
    trouble: (error: Error) => void,
    options: Pick<ConstructorOptions, 'supervise' | 'max' | 'useListenNotify'>,
  ): PgBoss {
    // Handed on to `pg`, as everything about the connection is.
    const connection = {
      connectionString: this.#address,
      application_name: 'enrollkit queue',
      stream: this.#lines.connect,
    };
    const boss = new PgBoss({ ...connection, schema, schedule: false, registerInstance: false, ...options });
    boss.on('error', trouble);
    return boss;
  }
}

/** Starts it and makes the queues; gives the connections back when that fails. */
async function opened(boss: PgBoss, longestSeconds?: number): Promise<PgBoss> {
  try {
    await boss.start();
    await boss.createQueue(deadLetter, { deleteAfterSeconds: 7 * 24 * 3600 });
    for (const kind of kinds) {
      await boss.createQueue(kind, settings);
      // A queue that was made by an older version tells nobody.
      if (longestSeconds !== undefined)
        await boss.updateQueue(kind, { expireInSeconds: Math.ceil(longestSeconds), notify: true });
    }
    return boss;
  } catch (error) {
    await boss.stop({ graceful: false }).catch(() => undefined);
    throw error;
  }
}

function isAttempt(owner: string): boolean {
  return attemptOfJob.test(owner);
}

async function done(
  kind: WorkKind,
  job: JobWithMetadata<Payload>,
  { handle }: ConsumerOptions,
): Promise<JobResult> {
  try {
    await handle({
      kind,
      batchId: job.data.batch,
      owner: `${job.id}/${job.retryCount}`,
      again: job.retryCount > 0,
    });
    return { id: job.id, status: 'completed' };
  } catch (error) {
    // The name and no more: what a message quotes might be sensitive.
    return {
      id: job.id,
      status: 'failed',
      output: { error: error instanceof Error ? error.name : 'unknown' },
    };
  }
}

/**
 * The outbox of one attempt (`owner`): queues what comes next, and keeps who sends what, so that an attempt
 * that was taken over cannot end what another one began.
 */
export function queueing(queues: Queues, owner: string): Outbox {
  return {
    async moving(db, { id, state }, update) {
      if (state === 'submitting') {
        const owned = sql`insert into sender (batch, owner) select id, ${owner} from batch where id = ${id}
          on conflict (batch) do update set owner = excluded.owner`.execute(db);
        const [moved, isMine] = await together(update, queues.touch(db, owner), owned);
        if (moved !== undefined && !isMine) throw new LedgerBatchLostError(id);
        return moved;
      }
      const left = sql<{
        readonly owner: string;
      }>`delete from sender where batch = ${id} returning owner`.execute(db);
      const [moved, { rows }] = await together(update, left);
      const [sender] = rows;
      if (sender !== undefined && sender.owner !== owner) throw new LedgerBatchLostError(id);
      // The attempt of a job that polled a batch sees to what its end means for the intake, before the job is
      // done.
      const seesToIt = nextStep[state] === 'reconcile' && sender === undefined && isAttempt(owner);
      if (moved !== undefined && !seesToIt) await queues.enqueue(db, [moved]);
      return moved;
    },
    due: (db, batch) => queues.enqueue(db, [batch]),
    takenOver: async (db, batchId) =>
      void (await sql`delete from sender where batch = ${batchId}`.execute(db)),
    ready: async (db, intake) =>
      queues.enqueue(
        db,
        await db
          .selectFrom('batch')
          .select(['id', 'state', 'not_before'])
          .where('intake', '=', intake)
          .where('state', '=', 'sealed')
          .orderBy('id')
          .execute(),
      ),
  };
}
