import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import type { BatchRow, FormerRecord, Intake, RecordRow, Tally } from '@enrollkit/ledger';

/** What the program that wrote an old ledger said of one intake; times as text. */
export interface OldIntake {
  readonly intake: Omit<Intake, 'createdAt' | 'purgedAt' | 'epoch'> & {
    readonly createdAt: string;
    readonly purgedAt?: string;
  };
  readonly tally: Omit<Tally, 'unsent' | 'unchangedBy'>;
  readonly batches: readonly (Omit<BatchRow, 'notBefore' | 'submittedAt'> & { readonly notBefore: string })[];
  readonly former: readonly (readonly [number, readonly FormerRecord[]])[];
  readonly records: readonly RecordRow[];
  readonly rejections: readonly { readonly place: unknown; readonly faults: readonly unknown[] }[];
}

/** What the program that wrote an old ledger said of it. */
export interface OldLedger {
  readonly intakes: readonly OldIntake[];
  readonly events: readonly { readonly action: string }[];
}

/** A file of the fixtures, unpacked. */
export function fixture(name: string): Buffer {
  return gunzipSync(readFileSync(new URL(`fixtures/${name}`, import.meta.url)));
}

/** What is expected of the ledger in a folder of the fixtures. */
export function expectedOf(folder: string): OldLedger {
  return JSON.parse(fixture(`${folder}/expected.json.gz`).toString()) as OldLedger;
}
