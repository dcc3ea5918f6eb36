import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { largeDocument } from './contract-diff/large-document.ts';
import { measured, type Measured } from './run/measured.ts';

const gate = join(import.meta.dirname, '..', '..', 'contract-gate', 'dist', 'main.js');

/** What `contract-gate diff` takes for two documents of so many operations, some of which differ. */
export async function measureDiff(operations: number): Promise<Measured> {
  const folder = mkdtempSync(join(tmpdir(), 'enrollkit-bench-'));
  try {
    for (const [name, isChanged] of [
      ['base.json', false],
      ['revision.json', true],
    ] as const)
      writeFileSync(join(folder, name), JSON.stringify(largeDocument(operations, isChanged)));
    const diff = await measured(gate, ['diff', 'base.json', 'revision.json'], folder);
    if (diff.code !== 1)
      throw new Error(`the diff found nothing that breaks: exit ${diff.code}: ${diff.out}`);
    return diff;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

if (import.meta.main) {
  const operations = Number(process.argv[2] ?? 2000);
  const { wallSeconds, cpuSeconds, peakMegabytes } = await measureDiff(operations);
  console.log(
    `${operations} operations: ${wallSeconds.toFixed(1)} s, ${cpuSeconds.toFixed(1)} s CPU, ${Math.round(peakMegabytes)} MB peak`,
  );
}
