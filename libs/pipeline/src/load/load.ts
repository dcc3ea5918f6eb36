import { defined, mapConcurrent } from '@enrollkit/base';
import type { ChangeRules, EnrollmentRecord } from '@enrollkit/enrollment';
import type { Intake, Ledger, LoadingRules, ReadStep } from '@enrollkit/ledger';
import { removeMissing, type RemovalRules } from '../changes/removals.ts';
import type { Observer, PipelineEvent } from '../events.ts';
import { batchRecords } from './batch.ts';
import { compareRows } from './compare.ts';
import { preparedWindows } from './prepare/prepare.ts';
import type { ThreadSettings } from './slices/work.ts';
import type { Input } from './input/source.ts';
import type { RereadSource } from './reread.ts';
import { sealDrafts, type SealContext } from './seal.ts';
import { isDeleteFirst } from './variant.ts';
import { withdrawRows } from './withdraw.ts';

/** Steps that are given to the ledger at once: they share a commit, which costs a write to the disk. */
const STEPS_PER_COMMIT = 4;
/** Groups of steps on their way into the ledger at once: it takes them in order. */
const CONCURRENT_COMMITS = 2;

/** What loading an intake needs. */
export interface LoadContext extends SealContext {
  readonly ledger: Ledger;
  readonly notify: Observer;
  /** Whether what is enrolled is enrolled anew. */
  readonly again: boolean;
  readonly duplicates: LoadingRules;
  /** By how many threads rows are read, when not as usual. */
  readonly threads?: ThreadSettings | undefined;
  readonly changes: ChangeRules;
  /** Of a full extract: whether what it lacks is removed. */
  readonly removal?: RemovalRules;
  /** Of a migration: whether a record that is not enrolled here stays out of it. */
  readonly withhold?: ((record: EnrollmentRecord) => boolean) | undefined;
  /** Whether more of the intake's rows were rejected than are tolerated. */
  readonly passedLimit: () => Promise<boolean>;
}

/** What is loaded: the intake as the ledger holds it, its input, and how its rows are read. */
export interface LoadSource extends RereadSource {
  readonly intake: Intake;
  readonly input: Input;
}

/**
 * Brings every row of an intake into the ledger, from where an earlier run stopped, and makes the intake
 * ready to be sent: read, validate, compare with the register, batch, seal; then, over the whole file,
 * duplicates and conflicts; at last the claim, by which no other intake sends the same card meanwhile.
 * Answers false when told to stop, and when more rows were rejected than are tolerated.
 *
 * Each step is in one transaction of the ledger, so that a crash loses the steps under way and nothing else.
 * Nothing has been sent before the intake is ready.
 */
export async function load(source: LoadSource, context: LoadContext, stop: AbortSignal): Promise<boolean> {
  const { ledger, notify, duplicates } = context;
  const { id } = source.intake;
  if (!(await readAll(source, context, stop))) return false;
  noteWarnings(source, notify);
  const findings = await ledger.finishLoading(id, duplicates);
  notify({ kind: 'findings', ...findings });
  await withdrawRows(context, source);
  // Not ready, and nothing claimed: it can be read anew by other settings, and keeps no other file from
  // sending.
  if (await context.passedLimit()) return false;
  const { removal } = context;
  if (removal !== undefined) await removeMissing({ ...context, intakeId: id, removal });
  if ((await ledger.claimRecords(id)) > 0) await withdrawRows(context, source);
  const heldUntil = await ledger.markReady(id, { deletesFirst: isDeleteFirst(source.intake) });
  notify(defined<PipelineEvent>({ kind: 'ready', heldUntil }));
  return true;
}

/** Tells what was not certain enough to reject a row, or the file. */
function noteWarnings({ reader, validator: { warnings } }: LoadSource, notify: Observer): void {
  if (reader.headerRecord !== undefined) notify({ kind: 'header-record', line: reader.headerRecord });
  if (reader.openLine !== undefined) notify({ kind: 'no-line-end', line: reader.openLine });
  const { rows, shiftedFrom } = warnings;
  if (rows > 0)
    notify({
      kind: 'row-warnings',
      rows,
      kinds: warnings.kinds(),
      ...(shiftedFrom !== undefined && { shiftedFrom }),
    });
}

async function readAll(
  { intake, input, reader, validator }: LoadSource,
  context: LoadContext,
  stop: AbortSignal,
): Promise<boolean> {
  const { ledger, notify } = context;
  // Read to its end by an earlier run.
  if (intake.position.offset >= input.bytes) return true;
  const { position: from, batchSize } = intake;
  const { bytes } = input;
  const today = intake.createdAt;
  const read = preparedWindows({ reader, validator }, from, { ...context, today, bytes });
  const compared = compareRows(read, { ...context, today, intakeId: intake.id, fills: true });
  const drafts = batchRecords(compared, { batchSize, from, bytes });
  const groups = groupsOf(sealDrafts(drafts, context), STEPS_PER_COMMIT);
  // Once it is on its way into the ledger, nothing of a step is held but its position.
  const commit = (step: ReadStep) => {
    const { position } = step;
    return ledger.commitRead(step).then(() => position);
  };
  const committed = mapConcurrent(groups, CONCURRENT_COMMITS, (steps) => Promise.all(steps.map(commit)));
  for await (const positions of committed) {
    for (const position of positions)
      notify({
        kind: 'reading',
        bytes: position.offset,
        totalBytes: input.bytes,
        rows: position.rows,
        rejected: validator.count.rejected,
      });
    if (stop.aborted) return false;
  }
  return true;
}

/** What comes out of a stream, so many at once. */
async function* groupsOf<Item>(items: AsyncIterable<Item>, most: number): AsyncGenerator<Item[]> {
  const group: Item[] = [];
  for await (const item of items) {
    group.push(item);
    if (group.length === most) yield group.splice(0);
  }
  if (group.length > 0) yield group;
}
