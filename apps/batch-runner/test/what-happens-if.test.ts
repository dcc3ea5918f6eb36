import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { openSqliteLedgerView, type BatchRow, type RecordRow, type Tally } from '@enrollkit/ledger';
import { parseFaults, type WorldRecord } from '@enrollkit/provider-simulator';
import { waitFor } from '@enrollkit/testkit';
import { describe, it, type ExpectStatic } from 'vitest';
import { Harness, type Ended, type Running } from './harness.ts';
import { cardholders } from './cardholders.ts';
import { exitCodes } from '../src/exit-codes.ts';
import { cases, nothingElse, oneByOne, pauseCases, RECORDS, type Case } from './provider-fault-cases.ts';

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

  it.for(Object.entries(pauseCases))(
    '%s',
    async ([, { faults, records, longestMs }], { expect, onTestFinished }) => {
      const came: number[] = [];
      const harness = await Harness.open(
        { faults: parseFaults(faults), onRequest: () => came.push(Date.now()) },
        settings(oneByOne),
      );
      onTestFinished(() => harness.close());
      const ended = await harness.enrollkit('run', harness.write('in.csv', cardholders(records)));
      expect(ended.code).toBe(0);
      expect(ended.err).toMatch(nothingElse);
      // Nothing came meanwhile, no batch and no poll.
      const gapsMs = came
        .slice(1)
        .map((at, index) => at - (came[index] ?? 0))
        .toSorted((a, b) => b - a);
      expect(longestMs.filter((ms, index) => (gapsMs[index] ?? 0) < ms)).toEqual([]);
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

  it('the provider accepts no batch for an hour, and answers polls', async ({ expect, onTestFinished }) => {
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
    const lines = [...page.matchAll(/^\| (?!---|what)([^|]+?) \|/gm)].map(([, line = '']) => line.trimEnd());
    const files = readdirSync(import.meta.dirname).filter((name) => /(\.test|-cases)\.ts$/.test(name));
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
limits: { toleratedPercent: 100 }
`;
}

/** How often the first fault has applied. */
function applied({ simulator }: Harness): number {
  return simulator.faults()[0]?.applied ?? 0;
}

/** The pauses that a run has announced because the provider is down. */
function pauses({ said }: Running): readonly string[] {
  return [...said().matchAll(/the provider is down .* will try again in (.*)\n/g)].map(
    ([, pause]) => pause ?? '',
  );
}

const keyOf = ({
  externalConsumerId,
  externalCardId,
}: Pick<RecordRow, 'externalConsumerId' | 'externalCardId'>): string =>
  `${externalConsumerId} ${externalCardId}`;

/**
 * Records of which the ledger holds something that the provider did otherwise, and states that were counted
 * wrongly.
 */
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

/**
 * `enrolled` means enrolled, as the very card it became; `refused` means refused, for the reason that the
 * provider had.
 */
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
