import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { contenders, taken } from './contract-diff/contenders.ts';
import { largeDocument } from './contract-diff/large-document.ts';

/** Two versions of a document of so many operations, and what each contender takes for them. */
function measure(operations: number): void {
  const folder = mkdtempSync(join(tmpdir(), 'enrollkit-bench-'));
  try {
    for (const [name, isChanged] of [
      ['base.json', false],
      ['revision.json', true],
    ] as const)
      writeFileSync(join(folder, name), JSON.stringify(largeDocument(operations, isChanged)));
    console.log(`${operations} operations`);
    for (const contender of contenders) {
      const { wallSeconds, cpuSeconds, peakMegabytes } = taken(contender, folder);
      console.log(
        `${contender.work.padEnd(8)} ${contender.name.padEnd(18)} ${wallSeconds.toFixed(1)} s, ${cpuSeconds.toFixed(1)} s CPU, ${Math.round(peakMegabytes)} MB peak`,
      );
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
}

measure(Number(process.argv[2] ?? 2000));
