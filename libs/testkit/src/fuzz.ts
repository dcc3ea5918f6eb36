import { parseArgs } from 'node:util';
import { SeededRandom } from '@enrollkit/base';

/** What is fuzzed, with what, and what counts as survived. */
export interface FuzzTarget {
  /** For the report. */
  readonly name: string;
  /** Whole inputs that mutation starts from. */
  readonly corpus: readonly Uint8Array[];
  /** Tries one input and says, in a word or two, what became of it. A throw is a finding. */
  readonly attempt: (input: Uint8Array, random: SeededRandom) => Promise<string>;
  /** An attempt that takes longer is a finding. */
  readonly slowestMs: number;
}

/** How long, and from which number. */
export interface FuzzLimits {
  readonly seed: number;
  /** Stops after that many attempts, or that many seconds, whichever comes first. */
  readonly runs?: number;
  readonly seconds?: number;
}

/** What became of the attempts, by the word they answered with. */
export interface FuzzReport {
  readonly runs: number;
  readonly outcomes: Readonly<Record<string, number>>;
}

/**
 * One attempt went wrong. The input and the numbers that make it again are in the message; the cause is what
 * was thrown.
 */
export class FuzzFinding extends Error {
  override readonly name = 'FuzzFinding';

  constructor(
    what: string,
    { seed, run, input }: { seed: number; run: number; input: Uint8Array },
    cause?: unknown,
  ) {
    super(`${what}; seed ${seed}, run ${run}, input (base64): ${Buffer.from(input).toString('base64')}`, {
      cause,
    });
  }
}

/**
 * Tries mutated inputs until a limit. Every run has randomness of its own, so that one run replays alone.
 * Throws {@link FuzzFinding}.
 */
export async function fuzz(
  target: FuzzTarget,
  { seed, runs = Infinity, seconds = Infinity }: FuzzLimits,
): Promise<FuzzReport> {
  const outcomes: Record<string, number> = {};
  const deadline = performance.now() + seconds * 1000;
  let run = 0;
  for (; run < runs && performance.now() < deadline; run++) {
    const random = new SeededRandom(Math.imul(seed ^ run, 0x9e3779b1) ^ run);
    const input = mutated(target.corpus, random);
    const began = performance.now();
    const outcome = await target.attempt(input, random).catch((cause: unknown) => {
      throw new FuzzFinding(
        `${target.name} threw ${cause instanceof Error ? `${cause.name}: ${cause.message}` : String(cause)}`,
        { seed, run, input },
        cause,
      );
    });
    const took = performance.now() - began;
    if (took > target.slowestMs)
      throw new FuzzFinding(`${target.name} took ${took.toFixed(0)} ms`, { seed, run, input });
    outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
  }
  return { runs: run, outcomes };
}

/**
 * Runs targets from a command line: `--seconds N` (60, shared among them) and `--seed N` (the time). Returns
 * what to print.
 */
export async function fuzzFromCommandLine(
  targets: readonly FuzzTarget[],
  args: readonly string[],
): Promise<string> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      seconds: { type: 'string', default: '60' },
      seed: { type: 'string', default: String(Date.now() % 1e9) },
    },
  });
  const seed = Number(values.seed);
  const lines: string[] = [];
  for (const target of targets) {
    const { runs, outcomes } = await fuzz(target, { seed, seconds: Number(values.seconds) / targets.length });
    const words = Object.entries(outcomes)
      .toSorted(([, a], [, b]) => b - a)
      .map(([outcome, count]) => `${outcome} ${count}`);
    lines.push(`${target.name}: ${runs} runs from seed ${seed}, nothing found (${words.join(', ')})`);
  }
  return `${lines.join('\n')}\n`;
}

/** One of the corpus, bent in up to four ways: bits, bytes, lengths, cuts, repeats, and pieces of another. */
function mutated(corpus: readonly Uint8Array[], random: SeededRandom): Uint8Array {
  let bytes: Uint8Array = pick(corpus, random);
  for (let times = random.integer(0, 4); times > 0; times--)
    bytes = bend(bytes, pick(corpus, random), random);
  return bytes;
}

function bend(bytes: Uint8Array, other: Uint8Array, random: SeededRandom): Uint8Array {
  const at = random.integer(0, Math.max(0, bytes.length - 1));
  const length = random.integer(1, random.pick([1, 2, 4, 16, 200]));
  const [before, after] = [bytes.subarray(0, at), bytes.subarray(at)];
  const place = random.integer(0, Math.max(0, other.length - 1));
  switch (random.integer(0, 7)) {
    case 0:
      return Buffer.concat([
        before,
        Buffer.of((after[0] ?? 0) ^ (1 << random.integer(0, 7))),
        after.subarray(1),
      ]);
    case 1:
      return Buffer.concat([
        before,
        Buffer.of(random.pick([0, 1, 0x7f, 0x80, 0x81, 0x82, 0x84, 0xff, 0x30, 0x24, 0x04, 0x02, 0xa0])),
        after.subarray(1),
      ]);
    case 2:
      return Buffer.concat([before, random.bytes(length), after.subarray(length)]);
    case 3:
      return Buffer.concat([before, after.subarray(length)]);
    case 4:
      return Buffer.concat([before, random.bytes(length), after]);
    case 5:
      return before;
    case 6:
      return Buffer.concat([before, after.subarray(0, length), after]);
    default:
      return Buffer.concat([before, other.subarray(place, place + length), after]);
  }
}

function pick(corpus: readonly Uint8Array[], random: SeededRandom): Uint8Array {
  return corpus[random.integer(0, corpus.length - 1)] ?? new Uint8Array();
}
