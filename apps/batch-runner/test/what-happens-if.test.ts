import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseFaults } from '@enrollkit/provider-simulator';
import { waitFor } from '@enrollkit/testkit';
import { describe, it, type ExpectStatic } from 'vitest';
import { Bank, type Ended } from './bank.ts';
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
}

const RECORDS = 40;
const resend = 'uncertain: resend';
/** The answer to the request before is there to be mixed up with only when that one was answered. */
const oneByOne = 'inFlight: 1';

/** Lines of docs/what-happens-if.md whose test is this table: a fault of the simulator and its consequence. */
const cases: Readonly<Record<string, Case>> = {
  'the connection is lost before the provider looks at a batch': { faults: 'drop-request@enrollBatch*1', exit: 'uncertain', enrolled: 35, says: /not known whether batch/ },
  'the answer to a batch is lost': { faults: 'drop-answer@enrollBatch*1', exit: 'uncertain', enrolled: 40, says: /not known whether batch/ },
  'the answer to a batch is lost, and the policy is resend': { faults: 'drop-answer@enrollBatch*3', sending: resend, exit: 'allEnrolled', enrolled: 40 },
  'the provider does not answer in time': { faults: 'silent-request@enrollBatch*1', exit: 'uncertain', enrolled: 35 },
  'the provider answers slowly': { faults: 'delay=1500', exit: 'allEnrolled', enrolled: 40 },
  'the provider answers after the time-out': { faults: 'delay=3500@enrollBatch*1', exit: 'uncertain', enrolled: 40, says: /TIMEOUT/ },
  'the provider answers one request twice': { faults: 'answered-twice@enrollBatch*4,answered-twice@getBatchStatus*4', exit: 'allEnrolled', enrolled: 40 },
  'the receipt is of another batch': { faults: 'mixed-up@enrollBatch*1+1', sending: oneByOne, exit: 'uncertain', enrolled: 40, says: /receipt is for another externalBatchId/ },
  'the receipt names the batchId of another batch': { faults: 'neighbour@enrollBatch*1+1', sending: `deadlineMs: 4000\n  ${oneByOne}`, exit: 'stopped', enrolled: 40, says: /another batch of ours under this batchId/ },
  'the receipt names a batchId that is none': { faults: 'wrong-batch-id@enrollBatch*1', sending: 'deadlineMs: 4000', exit: 'stopped', enrolled: 40, says: /does not know batch \S+, which it accepted as/ },
  'a status answer is of another batch': { faults: 'mixed-up@getBatchStatus*4+2', sending: oneByOne, exit: 'allEnrolled', enrolled: 40, says: /the answer is about another batchId/ },
  'a batch that was finished is in progress again': { faults: 'missing*12,backwards*12+12', exit: 'allEnrolled', enrolled: 40 },
  'one record appears twice in the results': { faults: 'told-twice', exit: 'allEnrolled', enrolled: 40 },
  'the provider answers 429 with Retry-After': { faults: '429-seconds=1@enrollBatch*2', exit: 'allEnrolled', enrolled: 40 },
  'the provider answers 429 without Retry-After': { faults: '429@enrollBatch*2', exit: 'allEnrolled', enrolled: 40 },
  'a storm of 429': { faults: '429-seconds=0:0.6*60,429-seconds=1*4', exit: 'allEnrolled', enrolled: 40 },
  'Retry-After lies behind the deadline': { faults: '429-seconds=7200@enrollBatch*1+7', sending: 'deadlineMs: 2000', exit: 'stopped', enrolled: 35, says: /deadline/ },
  'the provider answers 503': { faults: '503@enrollBatch*2', exit: 'allEnrolled', enrolled: 40 },
  'the provider answers 500 with an empty body': { faults: '500-empty@enrollBatch*1', exit: 'uncertain', enrolled: 35 },
  'a proxy answers with HTML': { faults: '502@enrollBatch*1', exit: 'uncertain', enrolled: 35 },
  'the answer is truncated JSON': { faults: 'truncated@enrollBatch*1', exit: 'uncertain', enrolled: 40 },
  'the gateway denies access': { faults: '403@enrollBatch', exit: 'stopped', enrolled: 0, says: /denies access/ },
  'the gateway denies access for a while (Recoverable true)': { faults: '403-recoverable@enrollBatch*1', exit: 'allEnrolled', enrolled: 40 },
  'the clock is ten minutes off': { faults: 'clock-off=10', exit: 'stopped', enrolled: 0, says: /clock is (59|60)\d s behind the gateway's, .*\nhint: .*enrollkit doctor/ },
  'the consumer key or the signing key is not known any more': { faults: '401', exit: 'stopped', enrolled: 0, says: /denies access: DECLINED .*\nhint: / },
  'a batch fails as a whole': { faults: 'fail-batch@enrollBatch*1', exit: 'someFailed', enrolled: 35, says: /refused batch/ },
  'the key of the provider is rotated between seal and submit': { faults: 'rotate-key@enrollBatch*1+2', exit: 'allEnrolled', enrolled: 40, says: /has to be sealed again/ },
  'the answer to a batch is lost, the key is rotated, and the policy is resend': { faults: 'drop-answer@enrollBatch*1,rotate-key@enrollBatch*1+4', sending: resend, exit: 'allEnrolled', enrolled: 40, says: /has to be sealed again/ },
  'the results come in another order': { faults: 'reorder', exit: 'allEnrolled', enrolled: 40 },
  'a result is for a record we never sent': { faults: 'stranger', exit: 'allEnrolled', enrolled: 40, says: /were never in it/ },
  'a record is missing from the results for a while': { faults: 'missing*2', exit: 'allEnrolled', enrolled: 40 },
  'a record stays missing from the results': { faults: 'missing', exit: 'someFailed', enrolled: 40, says: /RESULT_MISSING/ },
  'the status is a word we do not know': { faults: 'unknown-status*2', exit: 'allEnrolled', enrolled: 40 },
  'a batch stays in progress for ever': { faults: 'stuck', sending: 'deadlineMs: 4000', exit: 'stopped', enrolled: 40, says: /deadline/ },
  'the status questions fail': { faults: '502@getBatchStatus*4', exit: 'allEnrolled', enrolled: 40 },
  'the provider delivers a batch to itself twice': { faults: 'twice-delivered@enrollBatch*2', exit: 'allEnrolled', enrolled: 40 },
};

describe.concurrent('what happens if', { timeout: 180_000 }, () => {
  it.for(Object.entries(cases))('%s', async ([, { faults, sending = '', exit, enrolled, says }], { expect }) => {
    const bank = await Bank.open({ faults: parseFaults(faults) }, settings(sending));
    try {
      const ended = await bank.enrollkit('run', bank.write('in.csv', cardholders(RECORDS)));
      expect({ code: ended.code, err: ended.err }).toEqual({ code: exitCodes[exit].code, err: says ? expect.stringMatching(says) : ended.err });
      expect(bank.simulator.world()).toMatchObject({ enrolled, enrolledMoreThanOnce: 0 });
      addsUp(ended, expect);
    } finally {
      await bank.close();
    }
  });

  it('the provider answers 503 for an hour', async ({ expect, onTestFinished }) => {
    // An hour takes 36 seconds at this scale, and most of it is more of the same.
    const bank = await Bank.open({ faults: parseFaults('503') }, settings('backOffMs: 100'));
    onTestFinished(() => bank.close());
    const running = bank.start('run', bank.write('in.csv', cardholders(RECORDS)));
    await waitFor('the breaker to open, and to open again', () => (running.said().match(/provider is down/g) ?? []).length > 2, 60_000);
    const tried = struck(bank);
    bank.simulator.setFaults([]);
    const ended = await running.ended;
    expect({ code: ended.code, err: ended.err }).toEqual({ code: 0, err: expect.stringContaining('the provider answers again') });
    expect(tried).toBeLessThan(20);
    expect(bank.simulator.world()).toMatchObject({ enrolled: RECORDS, enrolledMoreThanOnce: 0 });
    addsUp(ended, expect);
  });

  it('the provider takes no batch for an hour, and answers questions', async ({ expect, onTestFinished }) => {
    const bank = await Bank.open({ faults: parseFaults('stuck,500-empty@enrollBatch+4') }, settings('backOffMs: 100'));
    onTestFinished(() => bank.close());
    const running = bank.start('run', bank.write('in.csv', cardholders(5 * RECORDS)));
    await waitFor('the breaker to open, and to open again', () => (running.said().match(/provider is down/g) ?? []).length > 2, 60_000);
    bank.simulator.setFaults([]);
    const ended = await running.ended;
    const { enrolled, enrolledMoreThanOnce } = bank.simulator.world();
    expect({ code: ended.code, enrolledMoreThanOnce }).toEqual({ code: exitCodes.uncertain.code, enrolledMoreThanOnce: 0 });
    expect(ended.out).toMatch(new RegExp(`uncertain +${5 * RECORDS - enrolled} `));
    expect(enrolled).toBeGreaterThan(2 * RECORDS);
    addsUp(ended, expect);
  });

  it('names a test in every line', ({ expect }) => {
    const page = readFileSync(join(import.meta.dirname, '..', '..', '..', 'docs', 'what-happens-if.md'), 'utf8');
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

/** How often the first fault has struck. */
function struck({ simulator }: Bank): number {
  return simulator.faults()[0]?.struck ?? 0;
}

/** Whatever happened, every record is in exactly one state. */
function addsUp({ out }: Ended, expect: ExpectStatic): void {
  expect(out).toContain('the sums add up');
}

/** The titles of the tests of a file, and the keys of its tables of cases. */
function titlesIn(file: string): string[] {
  const text = readFileSync(join(import.meta.dirname, file), 'utf8');
  return [...text.matchAll(/(?:\bit\('([^']+)',|^  '([^']+)': \{)/gm)].map(([, title, key]) => title ?? key ?? '');
}
