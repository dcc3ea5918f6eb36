import { expect, it } from 'vitest';
import type { Finding } from '@enrollkit/pipeline';
import { checked, onOneThread } from './checked.ts';
import { generatedFiles } from './generated-files.ts';

/** Some 45 rows of each file. */
const FEW_BYTES = 1;

interface Checked {
  readonly findings: readonly Finding[];
}

const sorted = ({ findings }: Checked): string[] => findings.map((finding) => JSON.stringify(finding)).sort();

it('a check finds the same rows with the same errors when most hashes are kept on disk', async () => {
  let moved = 0;
  for (const file of generatedFiles(50, 18)) {
    const inMemory = JSON.parse(await checked(file, onOneThread)) as Checked;
    const onDisk = JSON.parse(await checked(file, onOneThread, FEW_BYTES)) as Checked;
    // An error of the whole file ends a check before the rows on disk are compared.
    if ('failed' in inMemory) continue;
    expect(sorted(onDisk), file.name).toEqual(sorted(inMemory));
    expect({ ...onDisk, findings: [] }, file.name).toEqual({ ...inMemory, findings: [] });
    if (JSON.stringify(onDisk.findings) !== JSON.stringify(inMemory.findings)) moved += 1;
  }
  // Otherwise nothing was kept on disk.
  expect(moved).toBeGreaterThan(10);
});
