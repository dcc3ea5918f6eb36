import { extname } from 'node:path';
import type { PartSealing } from '@enrollkit/enrollment';
import type { DigestedWindow } from '../digest-rows.ts';
import type { Digests } from '../digests.ts';
import type { ReadFrom } from '../input/row.ts';
import type { RowReader, WholeReader } from '../read.ts';
import type { RereadSource } from '../reread.ts';
import { originOf, placeFrom, type Origin } from '../slices/origin.ts';
import { usualThreads, workedSlices, type ThreadSettings } from '../slices/work.ts';
import type { Validator, ValidRow } from '../validate.ts';
import { packRecords } from './packed.ts';
import { validateRows, type PreparedRows } from './prepare-rows.ts';
import { SlicePreparer, SliceRecords, type PreparedSlice } from './slice-preparer.ts';
import type { PrepareThreadData } from './thread.ts';
import { keptAt } from './texts.ts';
import { unpack } from './unpack.ts';
import { UnreadRecord } from './unread-record.ts';

/** What preparing rows needs. */
export interface PreparingContext {
  readonly digests: Digests;
  readonly provider: { readonly parts?: PartSealing | undefined };
  /** The day for which rows are judged. */
  readonly today: Date;
  /** Bytes of the input. */
  readonly bytes: number;
  /** Default: as many threads as there are further processors, for inputs of 4 MiB and more. */
  readonly threads?: ThreadSettings | undefined;
}

/**
 * Reads, validates and digests the rows from `from` on, and makes of each record what ledger and provider are
 * given of it: by threads where the rows are many enough, otherwise here. Both give the same, for what
 * threads cannot tell is read here from the slice on: an error of the whole file, a trailer, a last row
 * without a line end. Throws what {@link RowReader.rows} does.
 */
export async function* preparedWindows(
  { reader, validator }: RereadSource,
  from: ReadFrom,
  context: PreparingContext,
): AsyncGenerator<DigestedWindow> {
  let at = from;
  if (isInSlices(reader)) {
    for await (const { window, next } of preparedByThreads({ reader, validator }, at, context)) {
      yield window;
      at = next;
    }
  }
  const { digests, provider } = context;
  const packing = { digests, partOf: provider.parts?.partOf };
  for await (const rows of reader.rows(at)) {
    const origin = originOf(rows);
    const { records, ...validated } = validateRows(rows, origin, validator.context);
    count(validated, origin, validator);
    const prepared = { ...validated, packed: packRecords(records, origin, packing) };
    yield unpack(prepared, origin, (index) => (records[index] as ValidRow).record);
  }
}

/** Whether the reader takes all rows of its input: some of them are chosen here, by their numbers. */
function isInSlices(reader: RowReader | WholeReader): reader is WholeReader {
  return 'slices' in reader;
}

async function* preparedByThreads(
  { reader, validator }: { readonly reader: WholeReader; readonly validator: Validator },
  from: ReadFrom,
  { digests, provider, today, bytes, threads = usualThreads() }: PreparingContext,
): AsyncGenerator<{ readonly window: DigestedWindow; readonly next: ReadFrom }> {
  const { parts } = provider;
  if (parts === undefined || bytes < threads.fromBytes) return;
  const plan = { reading: reader.plan, today, digests: digests.context };
  const data: PrepareThreadData = { ...plan, partModule: parts.module };
  const preparer = new SlicePreparer(plan, parts.partOf);
  const records = new SliceRecords(plan);
  // The file beside this one, as source or as built.
  const module = new URL(`thread${extname(import.meta.url)}`, import.meta.url);
  // A position of before the first row (a fresh ledger says 0) means the first row.
  const begin = from.rows > 0 ? from : reader.plan.begin;
  const slices = workedSlices<PreparedSlice>(reader, begin, {
    program: { module, data, name: 'load' },
    here: (slice) => preparer.prepare(slice),
    threads,
  });
  for await (const { from: origin, answer, next } of slices) {
    count(answer.prepared, origin, validator);
    const slice = { records, bytes: answer.bytes };
    const window = unpack(
      answer.prepared,
      origin,
      (index, place, texts) => new UnreadRecord(keptAt(texts, index), slice, place),
    );
    yield { window, next };
  }
}

function count(
  { rows, rejections, warnings }: Omit<PreparedRows, 'packed'>,
  from: Origin,
  validator: Validator,
): void {
  validator.add({ rows, rejected: rejections.length });
  for (const warned of warnings) validator.warnings.add(placeFrom(from, warned.place), warned.warnings);
}
