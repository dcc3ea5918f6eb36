import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { openSqliteLedgerView, type BatchRow, type RecordRow, type Tally } from '@enrollkit/ledger';
import { parseFaults, reservedPans, type WorldRecord } from '@enrollkit/provider-simulator';
import { waitFor } from '@enrollkit/testkit';
import { describe, it, type ExpectStatic } from 'vitest';
import { Harness, type Ended, type Running } from './harness.ts';
import { cardholders } from './cardholders.ts';
import { exitCodes, type ExitName } from '../src/exit-codes.ts';

/** What is done to a run of 40 records in 8 batches, and what must come of it. */
interface Case {
  readonly faults: string;
  readonly sending?: string;
  readonly exit: ExitName;
  /** Records enrolled, as the provider's world has it; nobody is ever enrolled twice. */
  readonly enrolled: number;
  /** What standard error must say. */
  readonly says?: RegExp;
  /** Card numbers of the first records, in place of good ones. */
  readonly pans?: readonly string[];
  /** How often the first fault must have applied by then. */
  readonly applied?: number;
  /** What a person does when the trouble is over; then every record is enrolled. */
  readonly then?: 'resume' | 'resolve --sent' | 'resolve --not-sent';
}

const RECORDS = 40;
const resend = 'onUnknown: resend';
/** The answer to the request before is there to be mixed up with only when that one was answered. */
const oneByOne = 'inFlight: 1';
const pastDeadline = /the deadline \(sending\.deadlineMs\) has passed/;
const refusedPans = reservedPans
  .filter(({ fails }) => fails === 'always')
  .map(({ pan }) => pan)
  .slice(0, 4);

/** Lines of docs/what-happens-if.md whose test is this table: a fault of the simulator and its consequence. */
const cases: Readonly<Record<string, Case>> = {
  'the connection is lost before the provider looks at a batch': {
    faults: 'drop-request@enrollBatch*1',
    exit: 'unknown',
    enrolled: 35,
    says: /not known whether batch/,
    then: 'resolve --not-sent',
  },
  'the answer to a batch is lost': {
    faults: 'drop-answer@enrollBatch*1',
    exit: 'unknown',
    enrolled: 40,
    says: /not known whether batch/,
    then: 'resolve --sent',
  },
  'the answer to a batch is lost, and the policy is resend': {
    faults: 'drop-answer@enrollBatch*3',
    sending: resend,
    exit: 'allEnrolled',
    enrolled: 40,
    applied: 3,
  },
  'the provider does not answer in time': {
    faults: 'silent-request@enrollBatch*1',
    exit: 'unknown',
    enrolled: 35,
  },
  'the provider answers slowly': { faults: 'delay=1500', exit: 'allEnrolled', enrolled: 40 },
  'the provider answers after the time-out': {
    faults: 'delay=3500@enrollBatch*1',
    exit: 'unknown',
    enrolled: 40,
    says: /TIMEOUT/,
  },
  'the provider answers one request twice': {
    faults: 'answered-twice@enrollBatch*4,answered-twice@getBatchStatus*4',
    exit: 'allEnrolled',
    enrolled: 40,
  },
  'the receipt is of another batch': {
    faults: 'previous-answer@enrollBatch*1+1',
    sending: `deadlineMs: 30000\n  ${oneByOne}`,
    exit: 'unknown',
    enrolled: 40,
    says: /receipt is for another externalBatchId/,
  },
  'the receipt names the batchId of another batch': {
    faults: 'previous-batch-id@enrollBatch*1+1',
    sending: `deadlineMs: 4000\n  ${oneByOne}`,
    exit: 'stopped',
    enrolled: 40,
    says: /another batch of ours under this batchId/,
  },
  'the receipt names a batchId that is none': {
    faults: 'wrong-batch-id@enrollBatch*1',
    sending: 'deadlineMs: 4000',
    exit: 'stopped',
    enrolled: 40,
    says: /does not know batch \S+, which it accepted as/,
  },
  'a status answer is of another batch': {
    faults: 'previous-answer@getBatchStatus*4+2',
    sending: oneByOne,
    exit: 'allEnrolled',
    enrolled: 40,
    says: /the answer is about another batchId/,
  },
  'a batch that was finished is in progress again': {
    faults: 'missing*12,backwards*12+12',
    exit: 'allEnrolled',
    enrolled: 40,
    says: /^$/,
  },
  'one record appears twice in the results': {
    faults: 'duplicate-result,contradictory-result',
    exit: 'allEnrolled',
    enrolled: 40,
    says: /^$/,
  },
  'Retry-After lies behind the deadline': {
    faults: '429-seconds=7200@enrollBatch*1+1',
    sending: `deadlineMs: 2000\n  ${oneByOne}`,
    exit: 'stopped',
    enrolled: 5,
    says: pastDeadline,
  },
  'the provider answers 503': { faults: '503@enrollBatch*2', exit: 'allEnrolled', enrolled: 40 },
  'the provider answers 500 with an empty body': {
    faults: '500-empty@enrollBatch*1',
    exit: 'unknown',
    enrolled: 35,
  },
  'a proxy answers with HTML': { faults: '502@enrollBatch*1', exit: 'unknown', enrolled: 35 },
  'the answer is truncated JSON': { faults: 'truncated@enrollBatch*1', exit: 'unknown', enrolled: 40 },
  'the gateway denies access': {
    faults: '403@enrollBatch',
    exit: 'stopped',
    enrolled: 0,
    says: /denies access/,
    then: 'resume',
  },
  'the gateway denies access for a while (Recoverable true)': {
    faults: '403-recoverable@enrollBatch*1',
    exit: 'allEnrolled',
    enrolled: 40,
  },
  'the clock is ten minutes off': {
    faults: 'clock-off=10',
    exit: 'stopped',
    enrolled: 0,
    says: /clock is (59|60)\d s behind the gateway's, .*\nhint: .*enrollkit doctor/,
    then: 'resume',
  },
  'the consumer key or the signing key is not known any more': {
    faults: '401',
    exit: 'stopped',
    enrolled: 0,
    says: /denies access: DECLINED .*\nhint: /,
    then: 'resume',
  },
  'a batch fails as a whole': {
    faults: 'fail-batch@enrollBatch*1',
    exit: 'someFailed',
    enrolled: 35,
    says: /refused batch \S+ \(5 records\): FAILED: The batch could not be processed/,
  },
  'the key of the provider is rotated between seal and submit': {
    faults: 'rotate-key@enrollBatch*1+2',
    exit: 'allEnrolled',
    enrolled: 40,
    says: /must be sealed again/,
  },
  'the answer to a batch is lost, the key is rotated, and the policy is resend': {
    faults: 'drop-answer@enrollBatch*1,rotate-key@enrollBatch*1+4',
    sending: resend,
    exit: 'allEnrolled',
    enrolled: 40,
    says: /must be sealed again/,
  },
  'the results come in another order': {
    faults: 'reorder',
    exit: 'someFailed',
    enrolled: 36,
    pans: refusedPans,
  },
  'a result is for a record we never sent': {
    faults: 'unmatched-result',
    exit: 'allEnrolled',
    enrolled: 40,
    says: /were never in it/,
  },
  'a record is missing from the results for a while': {
    faults: 'missing*2',
    exit: 'allEnrolled',
    enrolled: 40,
    says: /^$/,
  },
  'a record stays missing from the results': {
    faults: 'missing-result',
    exit: 'someFailed',
    enrolled: 40,
    says: /RESULT_MISSING/,
    applied: 6 * 8,
  },
  'the status is a word we do not know': {
    faults: 'unknown-status',
    exit: 'stopped',
    enrolled: 40,
    sending: 'deadlineMs: 4000',
    says: /the unknown state AWAITING_REVIEW/,
    then: 'resume',
  },
  'a batch stays in progress for ever': {
    faults: 'stuck',
    sending: 'deadlineMs: 4000',
    exit: 'stopped',
    enrolled: 40,
    says: pastDeadline,
    then: 'resume',
  },
  'the status questions fail': { faults: '502@getBatchStatus*4', exit: 'allEnrolled', enrolled: 40 },
  'the provider delivers a batch to itself twice': {
    faults: 'twice-delivered@enrollBatch*2',
    exit: 'allEnrolled',
    enrolled: 40,
  },
};

/** Lines about a provider that asks for quiet: what it answers a run that has one request under way. */
const quiets: Readonly<
  Record<string, { readonly faults: string; readonly records: number; readonly longestMs: readonly number[] }>
> = {
  'the provider answers 429 with Retry-After': {
    faults: '429-seconds=3@enrollBatch*1+1,stuck*20',
    records: RECORDS,
    longestMs: [3_000],
  },
  'the provider answers 429 without Retry-After': {
    faults: '429@enrollBatch*3+1,stuck*25',
    records: 10,
    longestMs: [2_000, 1_000, 500],
  },
  'a storm of 429': {
    faults: '429-seconds=0:0.6*60,429-seconds=1*4',
    records: RECORDS,
    longestMs: [1_000, 1_000, 1_000, 1_000],
  },
};

describe.concurrent('what happens if', { timeout: 180_000 }, () => {
  it.for(Object.entries(cases))(
    '%s',
    async ([, { faults, sending = '', exit, enrolled, says, pans, applied: times, then }], { expect }) => {
      const harness = await Harness.open({ faults: parseFaults(faults) }, settings(sending));
      try {
        const ended = await harness.enrollkit('run', harness.write('in.csv', cardholders(RECORDS, pans)));
        expect({ code: ended.code, err: ended.err }).toEqual({
          code: exitCodes[exit].code,
          err: says ? expect.stringMatching(says) : ended.err,
        });
        expect(harness.simulator.world()).toMatchObject({ enrolled, enrolledMoreThanOnce: 0 });
        if (times !== undefined) expect(applied(harness)).toBe(times);
        addsUp(ended, expect);
        expect(await contradicted(harness)).toEqual([]);
        if (then !== undefined)
          expect(await carriedOn(harness, then)).toMatchObject({
            code: 0,
            out: expect.stringMatching(/enrolled +40\n/),
          });
        if (then !== undefined)
          expect(harness.simulator.world()).toMatchObject({ enrolled: RECORDS, enrolledMoreThanOnce: 0 });
      } finally {
        await harness.close();
      }
    },
  );

  it.for(Object.entries(quiets))(
    '%s',
    async ([, { faults, records, longestMs }], { expect, onTestFinished }) => {
      const came: number[] = [];
      const harness = await Harness.open(
        { faults: parseFaults(faults), onRequest: () => came.push(Date.now()) },
        settings(oneByOne),
      );
      onTestFinished(() => harness.close());
      const ended = await harness.enrollkit('run', harness.write('in.csv', cardholders(records)));
      expect(ended).toMatchObject({ code: 0, err: '' });
      // Nothing came meanwhile, no batch and no question.
      const quietMs = came
        .slice(1)
        .map((at, index) => at - (came[index] ?? 0))
        .toSorted((a, b) => b - a);
      expect(longestMs.filter((ms, index) => (quietMs[index] ?? 0) < ms)).toEqual([]);
      expect(harness.simulator.world()).toMatchObject({ enrolled: records, enrolledMoreThanOnce: 0 });
      addsUp(ended, expect);
    },
  );

  it('the provider answers 503 for an hour', async ({ expect, onTestFinished }) => {
    // An hour takes 36 seconds at this scale, and most of it is more of the same.
    const harness = await Harness.open(
      { faults: parseFaults('503') },
      settings(`backOffMs: 100\n  ${oneByOne}`),
    );
    onTestFinished(() => harness.close());
    const running = harness.start('run', harness.write('in.csv', cardholders(RECORDS)));
    await waitFor('the breaker to open, and to open again', () => pauses(running).length > 6, 60_000);
    const tried = applied(harness);
    expect(pauses(running)).toEqual(['0 s', '0 s', '0 s', '1 s', '2 s', '3 s', '3 s']);
    harness.simulator.setFaults([]);
    const ended = await running.ended;
    expect({ code: ended.code, err: ended.err }).toEqual({
      code: 0,
      err: expect.stringContaining('the provider answers again'),
    });
    // Five failures, then one request after each pause but the last.
    expect(tried).toBe(5 + 6);
    expect(harness.simulator.world()).toMatchObject({ enrolled: RECORDS, enrolledMoreThanOnce: 0 });
    addsUp(ended, expect);

    harness.simulator.setFaults(parseFaults('503'));
    harness.write(
      'enrollkit.yaml',
      readFileSync(harness.path('enrollkit.yaml'), 'utf8').replace('backOffMs: 100', ''),
    );
    const unscaled = harness.start('run', harness.write('more.csv', cardholders(2 * RECORDS)));
    await waitFor('the breaker to open', () => pauses(unscaled).length > 0, 60_000);
    unscaled.process.kill('SIGINT');
    expect(await unscaled.ended).toMatchObject({ code: 130 });
    expect(pauses(unscaled)).toEqual(['10 s']);
  });

  it('the provider takes no batch for an hour, and answers questions', async ({ expect, onTestFinished }) => {
    const harness = await Harness.open(
      { faults: parseFaults('stuck,500-empty@enrollBatch+4') },
      settings('backOffMs: 100'),
    );
    onTestFinished(() => harness.close());
    const running = harness.start('run', harness.write('in.csv', cardholders(5 * RECORDS)));
    await waitFor('the breaker to open, and to open again', () => pauses(running).length > 5, 60_000);
    // In this pause of three seconds the four that were accepted are asked about many times.
    const asked = applied(harness);
    await waitFor('questions about what was accepted', () => applied(harness) > asked + 20, 60_000);
    expect(pauses(running)).toHaveLength(6);
    harness.simulator.setFaults([]);
    const ended = await running.ended;
    const { enrolled, enrolledMoreThanOnce } = harness.simulator.world();
    expect({ code: ended.code, enrolledMoreThanOnce }).toEqual({
      code: exitCodes.unknown.code,
      enrolledMoreThanOnce: 0,
    });
    expect(ended.out).toMatch(new RegExp(`unknown +${5 * RECORDS - enrolled} `));
    expect(enrolled).toBeGreaterThan(2 * RECORDS);
    addsUp(ended, expect);
  });

  it('names a test in every line', ({ expect }) => {
    const page = readFileSync(
      join(import.meta.dirname, '..', '..', '..', 'docs', 'what-happens-if.md'),
      'utf8',
    );
    const lines = [...page.matchAll(/^\| (?!---|what)([^|]+?) \|/gm)].map(([, line]) => line ?? '');
    const files = readdirSync(import.meta.dirname).filter((name) => name.endsWith('.test.ts'));
    const tests = new Set(files.flatMap(titlesIn));
    expect(lines.filter((line) => !tests.has(line))).toEqual([]);
    expect(Object.keys(cases).filter((title) => !lines.includes(title))).toEqual([]);
  });
});

function settings(sending: string): string {
  return `sending:
  batchSize: 5
  requestsPerSecond: 200
  poll: { firstMs: 40, maxMs: 200 }
  ${sending}
`;
}

/** How often the first fault has applied. */
function applied({ simulator }: Harness): number {
  return simulator.faults()[0]?.applied ?? 0;
}

/** The pauses that a run has announced because the provider is down. */
function pauses({ said }: Running): readonly string[] {
  return [...said().matchAll(/the provider is down .* will try it again in (.*)\n/g)].map(
    ([, pause]) => pause ?? '',
  );
}

const keyOf = ({
  externalConsumerId,
  externalCardId,
}: Pick<RecordRow, 'externalConsumerId' | 'externalCardId'>): string =>
  `${externalConsumerId} ${externalCardId}`;

/** Records of which the ledger holds something that the provider did otherwise, and states that were counted wrongly. */
async function contradicted(harness: Harness): Promise<readonly unknown[]> {
  const truth = new Map([...harness.simulator.records()].map((record) => [keyOf(record), record]));
  const { rows, tally } = await ledgerOf(harness);
  const miscounted = (['enrolled', 'refused'] as const).filter(
    (state) => rows.filter((row) => row.state === state).length !== tally[state],
  );
  return [...miscounted, ...rows.filter((row) => !fits(row, truth.get(keyOf(row))))];
}

async function ledgerOf(harness: Harness): Promise<{
  readonly rows: readonly RecordRow[];
  readonly unknownBatches: readonly BatchRow[];
  readonly tally: Tally;
}> {
  const ledger = await openSqliteLedgerView(harness.path('enrollkit.ledger.db'));
  try {
    const [{ id } = { id: '' }] = await ledger.listIntakes();
    return {
      rows: await Array.fromAsync(ledger.records(id)),
      unknownBatches: await ledger.batchesIn(id, 'unknown'),
      tally: await ledger.tally(id),
    };
  } finally {
    await ledger.close();
  }
}

/** `enrolled` means enrolled, as the very card it became; `refused` means refused, for the reason that the provider had. */
function fits({ state, code, providerCardId }: RecordRow, record: WorldRecord | undefined): boolean {
  const times = record?.times ?? 0;
  if (state === 'enrolled') return times === 1 && providerCardId === record?.srcDigitalCardId;
  if (state !== 'refused' || code === 'RESULT_MISSING') return true;
  return times === 0 && code === (record?.refusal === 'BATCH_FAILED' ? 'FAILED' : record?.refusal);
}

/** The trouble is over: a person says of each batch in state unknown what became of it, and goes on. */
async function carriedOn(harness: Harness, then: NonNullable<Case['then']>): Promise<Ended> {
  harness.simulator.setFaults([]);
  const { unknownBatches, rows } = await ledgerOf(harness);
  const taken = new Map(
    [...harness.simulator.records()].map((record) => [keyOf(record), record.batches.at(-1) ?? '']),
  );
  for (const { externalBatchId } of then === 'resume' ? [] : unknownBatches) {
    const row = rows.find((each) => each.externalBatchId === externalBatchId);
    await harness.enrollkit(
      'resolve',
      externalBatchId,
      ...(then === 'resolve --not-sent' ? ['--not-sent'] : ['--sent', (row && taken.get(keyOf(row))) ?? '']),
    );
  }
  return harness.enrollkit('--set', 'sending.deadlineMs=60000', 'resume');
}

/** Whatever happened, every record is in exactly one state. */
function addsUp({ out }: Ended, expect: ExpectStatic): void {
  expect(out).toContain('the sums add up');
}

/** The titles of the tests of a file, and the keys of its tables of cases. */
function titlesIn(file: string): string[] {
  const text = readFileSync(join(import.meta.dirname, file), 'utf8');
  return [...text.matchAll(/(?:\bit\('([^']+)',|^  '([^']+)': \{)/gm)].map(
    ([, title, key]) => title ?? key ?? '',
  );
}
