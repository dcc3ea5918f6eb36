import { writeFileSync } from 'node:fs';
import { temporaryFolder } from '@enrollkit/testkit';
import { InputCheck, InputError, openInput, openReader, type Finding } from '@enrollkit/pipeline';
import type { ThreadSettings } from '../src/load/slices/work.ts';
import type { GeneratedFile } from './generated-files.ts';

export const onOneThread: ThreadSettings = { count: 0, fromBytes: Number.POSITIVE_INFINITY };
export const inSlices: ThreadSettings = { count: 0, fromBytes: 0, sliceBytes: 1_500 };
export const onThreads: ThreadSettings = { count: 2, fromBytes: 0, sliceBytes: 1_500, awaitsStart: true };

/** Everything that a check says of a file, as text. */
export async function checked(
  { name, content, settings }: GeneratedFile,
  threads: ThreadSettings,
  hashBytes?: number,
): Promise<string> {
  using folder = temporaryFolder();
  const path = folder.file(name);
  writeFileSync(path, content);
  const findings: Finding[] = [];
  const input = await openInput(path, { decoding: settings });
  try {
    const reader = await openReader(input, settings);
    const check = new InputCheck(input, reader, {
      batchSize: 7,
      duplicates: { contact: 'reject', card: 'reject' },
      today: new Date('2026-11-22'),
      threads,
      ...(hashBytes !== undefined && { hashBytes }),
    });
    const failed = await failureOf(check, findings);
    const { rows, rejected, warnings } = check;
    const { openLine } = reader;
    return JSON.stringify(
      { findings, rows, rejected, warnings: warnings.kinds(), openLine, failed },
      null,
      1,
    );
  } finally {
    await input.close();
  }
}

/** Collects what is found, and answers how the check ended, if not well. */
async function failureOf(check: InputCheck, findings: Finding[]): Promise<unknown> {
  try {
    for await (const found of check.findings()) findings.push(...found);
    return undefined;
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    const { code, message, hint, line, offset } = error;
    return { code, message, hint, line, offset };
  }
}
