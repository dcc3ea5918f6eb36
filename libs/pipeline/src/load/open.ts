import { hash } from 'node:crypto';
import { defined } from '@enrollkit/base';
import type { EnrollmentRecord } from '@enrollkit/enrollment';
import type { Intake, IntakeReading, Ledger } from '@enrollkit/ledger';
import type { Clock } from '../clock.ts';
import type { PipelineSettings } from '../settings.ts';
import { intakeIdOf } from './identity.ts';
import { InputError } from './input/errors.ts';
import { readingText } from './input/settings.ts';
import type { Input } from './input/source.ts';
import { openReader, type ReadingSettings, type RowReader } from './read.ts';
import { isSelective, type RowSelection } from './select.ts';
import { changesOfVariant, selectionOf, variantOf, variantText, type Variant } from './variant.ts';

/** What opening an input needs. */
export interface OpenContext {
  readonly ledger: Ledger;
  readonly environment: string;
  readonly programme: string;
  readonly settings: PipelineSettings;
  readonly reading: ReadingSettings;
  readonly clock: Clock;
  /** Of a migration: whether a record that is not enrolled here stays out of it. */
  readonly withhold?: ((record: EnrollmentRecord) => boolean) | undefined;
}

/** How an input is opened. */
export interface OpenOptions {
  /** What is enrolled already is enrolled anew. */
  readonly again?: Again | undefined;
  /** The input is the whole of all cardholders: cards that it lacks are removed, if the rules say so. */
  readonly full?: boolean;
  /** How many removals a person has confirmed. */
  readonly confirmed?: number | undefined;
  /** Only some of its rows; default: all. */
  readonly selection?: RowSelection;
}

/** Why, and on whose word, what is enrolled is enrolled anew; both go into the audit trail. */
export interface Again {
  readonly actor: string;
  readonly reason: string;
}

/**
 * Finds or makes the intake of an input under a variant of the rules. The same input under the same rules is
 * the same intake as long as the register has not changed since, and a settled one as long as it would be
 * read alike; one that is still being read may be read by other settings from now on. Throws
 * `LedgerConflictError` when one that is being sent was read by other settings.
 */
export async function openIntake(
  context: OpenContext,
  input: Input,
  { again, full, confirmed, selection }: OpenOptions,
): Promise<Intake> {
  const changes = changesOfVariant(context.settings.changes);
  const variant = defined<Variant>({
    again: again && true,
    full: full === true ? true : undefined,
    confirmed,
    migration: context.withhold === undefined ? undefined : true,
    ...selection,
    ...changes,
  });
  const intake = await findOrMake(context, input, variant);
  if (again !== undefined && intake.position.rows === 0)
    await context.ledger.appendEvent({
      at: new Date(context.clock.now()),
      actor: again.actor,
      action: 'again',
      intakeId: intake.id,
      detail: { reason: again.reason },
    });
  return intake;
}

async function findOrMake(context: OpenContext, input: Input, variant: Variant): Promise<Intake> {
  const { ledger, programme, environment, settings, reading } = context;
  const reader = await openReader(input, reading);
  const digest = await input.digest();
  const known = variant.again
    ? undefined
    : await ledger.findCurrentIntake(digest, programme, variantsOf(variant));
  const readAnew = known?.state === 'settled' && !isReadAlike(known, reader, context);
  const current = readAnew ? undefined : known;
  const text = current === undefined ? variantText(variant) : current.variant;
  const epoch = await ledger.registerEpoch();
  const again = variant.again ?? (current !== undefined && isAgain(current, reader, reading));
  return ledger.openIntake({
    id:
      current?.id ??
      intakeIdOf({
        inputDigest: digest,
        environment,
        programme,
        epoch,
        variant: text,
        reading: readAnew ? `${readingDigest(reader, reading, again)} ${settings.batchSize}` : undefined,
      }),
    digest,
    programme,
    environment,
    source: input.source,
    bytes: input.bytes,
    ...intakeReading(context, reader, again),
    ...(text !== undefined && { variant: text }),
  });
}

/**
 * The variants of intakes that were read under these rules; one that enrolls anew is found again without the
 * word.
 */
function variantsOf(asked: Variant): readonly string[] {
  return [asked, { ...asked, again: true as const }].map((variant) => variantText(variant) ?? '');
}

/** Whether the settings would make the same rows and batches of the input again. */
function isReadAlike(intake: Intake, reader: RowReader, { reading, settings }: OpenContext): boolean {
  const digests = [false, true].map((again) => readingDigest(reader, reading, again));
  return digests.includes(intake.readingDigest) && intake.batchSize === settings.batchSize;
}

/** Whether what is enrolled is enrolled anew by an intake. */
export function isAgain(intake: Intake, reader: RowReader, reading: ReadingSettings): boolean {
  return variantOf(intake).again === true || intake.readingDigest === readingDigest(reader, reading, true);
}

/** How a reader reads an intake, as the ledger keeps it. */
export function intakeReading(
  { reading, settings }: Pick<OpenContext, 'reading' | 'settings'>,
  reader: RowReader,
  again: boolean,
): IntakeReading {
  return {
    // The ledger knows rows of text and of JSON.
    format: reader.format === 'ndjson' ? 'ndjson' : 'csv',
    batchSize: settings.batchSize,
    readingDigest: readingDigest(reader, reading, again),
  };
}

/**
 * Whether an intake that is being read begins with its first row again: read by other settings now, or
 * compared with a register that has moved on. Some rows of a file are always chosen from its first row on.
 */
export function isReadAnew(intake: Intake, reading: IntakeReading, epoch: number): boolean {
  if (
    intake.format !== reading.format ||
    intake.batchSize !== reading.batchSize ||
    intake.readingDigest !== reading.readingDigest
  )
    return true;
  if (intake.position.rows === 0) return false;
  return (
    intake.epoch !== epoch || (isSelective(selectionOf(intake)) && intake.position.offset < intake.bytes)
  );
}

/** Digest of every setting that decides how a row is read and judged. */
function readingDigest(reader: RowReader, reading: ReadingSettings, again: boolean): string {
  const settings = readingText(reader, reading);
  return hash('sha256', JSON.stringify(again ? [...settings, 'again'] : settings));
}

/** A changed file is another intake. Throws `InputError` `input-changed`. */
export async function assertSameInput(intake: Intake, input: Input): Promise<void> {
  const digest = await input.digest();
  if (digest === intake.digest) return;
  throw new InputError('input-changed', {
    message: `The digest of ${input.source} begins with ${digest.slice(0, 12)}; the intake's begins with ${intake.digest.slice(0, 12)}`,
    hint: 'Give the very file that was read first; a changed file is another intake: enrollkit run FILE',
  });
}
