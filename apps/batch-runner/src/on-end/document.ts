import { maskCardNumbers } from '@enrollkit/base';
import type { Intake, Tally } from '@enrollkit/ledger';
import { exitCodes, type ExitName } from '../exit-codes.ts';

/** An intake whose processing has ended, and its sums. */
export interface EndedIntake {
  readonly intake: Pick<Intake, 'id' | 'source'>;
  readonly tally: Tally;
}

/** Rows = rejected + unsent + enrolled + refused + abandoned + unknown + unfinished. */
export interface EndSums {
  readonly rows: number;
  readonly rejected: number;
  /** Rows that needed no request of their own, as those that are enrolled already. */
  readonly unsent: number;
  readonly enrolled: number;
  readonly refused: number;
  readonly abandoned: number;
  readonly unknown: number;
  /** Not sent yet, or sent and without a result. */
  readonly unfinished: number;
}

/** What is reported of a command that has ended; nothing of a cardholder. */
export interface EndDocument {
  readonly version: 1;
  readonly command: string;
  readonly exitCode: number;
  /** What the exit code means. */
  readonly meaning: string;
  readonly startedAt: string;
  readonly endedAt: string;
  readonly environment: string;
  /** Those that the command processed; a worker, which takes batches of every intake, has none. */
  readonly intakes: readonly (EndSums & { readonly id: string; readonly source: string })[];
  readonly sums: EndSums;
  /** The code of the error that ended the command. */
  readonly error?: string;
}

/** How a command ended. */
export interface Ended {
  readonly command: string;
  readonly environment: string;
  readonly exit: ExitName;
  readonly error?: string | undefined;
  readonly startedAt: Date;
  readonly intakes: readonly EndedIntake[];
}

/** Makes the document of what ended just now. */
export function endDocument({ command, environment, exit, error, startedAt, intakes }: Ended): EndDocument {
  const { code, meaning } = exitCodes[exit];
  const sums = intakes.map(({ tally }) => sumsOf(tally));
  return {
    version: 1,
    command,
    exitCode: code,
    meaning,
    startedAt: startedAt.toISOString(),
    endedAt: new Date().toISOString(),
    environment,
    intakes: intakes.map(({ intake }, index) => ({
      id: intake.id,
      source: maskCardNumbers(intake.source),
      ...(sums[index] ?? none),
    })),
    sums: sums.reduce(added, none),
    ...(error !== undefined && { error }),
  };
}

const none: EndSums = {
  rows: 0,
  rejected: 0,
  unsent: 0,
  enrolled: 0,
  refused: 0,
  abandoned: 0,
  unknown: 0,
  unfinished: 0,
};

function sumsOf({ rows, rejected, records, enrolled, refused, abandoned, unknown, unsent }: Tally): EndSums {
  return {
    rows,
    rejected,
    unsent: Object.values(unsent).reduce((sum, of) => sum + of, 0),
    enrolled,
    refused,
    abandoned,
    unknown,
    unfinished: records - enrolled - refused - abandoned - unknown,
  };
}

function added(one: EndSums, other: EndSums): EndSums {
  return {
    rows: one.rows + other.rows,
    rejected: one.rejected + other.rejected,
    unsent: one.unsent + other.unsent,
    enrolled: one.enrolled + other.enrolled,
    refused: one.refused + other.refused,
    abandoned: one.abandoned + other.abandoned,
    unknown: one.unknown + other.unknown,
    unfinished: one.unfinished + other.unfinished,
  };
}
