import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeSample } from '@enrollkit/batch-runner';
import type { Contender } from './reading/contenders.ts';
import { runner } from './run/host.ts';
import { measured } from './run/measured.ts';

/** The whole command, which also compares every row with all others. */
const command = 'enrollkit check';

/** One way to read one file, in a process of its own; its start (some 0.3 s) is included. */
export interface ReadingRow {
  readonly contender: Contender | typeof command;
  readonly format: 'csv' | 'ndjson';
  readonly records: number;
  /** Of wall time, in the best round: a busy machine only ever takes away. */
  readonly rowsPerSecond: number;
  /** CPU of all threads, microseconds a row, in the best round. */
  readonly cpuMicros: number;
  /** Highest of all rounds. */
  readonly peakMegabytes: number;
  readonly bytesPerRow: number;
}

const ways: readonly {
  readonly format: ReadingRow['format'];
  readonly contenders: readonly ReadingRow['contender'][];
}[] = [
  {
    format: 'csv',
    contenders: [
      'csv-parse alone, arrays',
      'csv-parse alone, objects and places',
      'enrollkit, rows and places',
      'enrollkit, rows judged',
      command,
    ],
  },
  {
    format: 'ndjson',
    contenders: [
      'readline and JSON.parse alone',
      'enrollkit, rows and places',
      'enrollkit, rows judged',
      command,
    ],
  },
];

const contendersFile = join(import.meta.dirname, '..', 'dist', 'reading', 'contenders.js');

/** Reads the same synthetic cardholders in every way, in turn, `rounds` times. */
export async function measureReading(records: number, rounds: number): Promise<readonly ReadingRow[]> {
  const folder = mkdtempSync(join(tmpdir(), 'enrollkit-bench-'));
  try {
    const rows: ReadingRow[] = [];
    for (const { format, contenders } of ways) {
      const path = join(folder, `sample.${format}`);
      await writeSample(path, { records, seed: 1, format });
      for (let round = 0; round < rounds; round++) {
        for (const contender of contenders)
          rows.push(await measureOne({ contender, format, records, path, folder }));
      }
      rmSync(path);
    }
    return best(rows);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

interface ReadingJob extends Pick<ReadingRow, 'contender' | 'format' | 'records'> {
  readonly path: string;
  readonly folder: string;
}

async function measureOne({ contender, format, records, path, folder }: ReadingJob): Promise<ReadingRow> {
  const { out, wallSeconds, cpuSeconds, peakMegabytes } =
    contender === command
      ? await measured(runner, ['--json', '--quiet', 'check', path], folder)
      : await measured(contendersFile, [contender, path], folder);
  const seen = contender === command ? rowsOf(out) : Number(out);
  if (seen !== records) throw new Error(`${contender} saw ${seen} of ${records} rows`);
  return {
    contender,
    format,
    records,
    peakMegabytes,
    rowsPerSecond: records / wallSeconds,
    cpuMicros: (cpuSeconds * 1e6) / records,
    bytesPerRow: statSync(path).size / records,
  };
}

/** What the last line of the command says. */
function rowsOf(out: string): number {
  const { rows } = JSON.parse(out.trim().split('\n').at(-1) ?? '') as { readonly rows: number };
  return rows;
}

function best(rows: readonly ReadingRow[]): readonly ReadingRow[] {
  return [...Map.groupBy(rows, ({ contender, format }) => `${format} ${contender}`).values()].flatMap(
    (rounds) => {
      const [fastest] = rounds.toSorted((one, other) => other.rowsPerSecond - one.rowsPerSecond);
      if (!fastest) return [];
      return [
        {
          ...fastest,
          cpuMicros: Math.min(...rounds.map(({ cpuMicros }) => cpuMicros)),
          peakMegabytes: Math.max(...rounds.map(({ peakMegabytes }) => peakMegabytes)),
        },
      ];
    },
  );
}

if (import.meta.main)
  console.table(await measureReading(Number(process.argv[2] ?? 1_000_000), Number(process.argv[3] ?? 1)));
