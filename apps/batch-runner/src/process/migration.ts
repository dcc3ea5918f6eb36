import { familyOf, recordKeyOf, type EnrollmentRecord, type RecordKey } from '@enrollkit/enrollment';
import { contextAt } from '@enrollkit/enrollment/validation';
import { openReader, Validator, type Input } from '@enrollkit/pipeline';
import { readingOf } from '../assemble.ts';
import { loadConfig, type LoadedConfig } from '../config/load.ts';
import { programmeOf } from '../config/programme.ts';
import { RunnerError } from '../errors.ts';
import { readKeys } from '../ids-file.ts';
import { withRegister } from '../register.ts';

/** Rows looked up at once. */
const WINDOW = 1_000;

/** What is known of the old side, and what the file says of it. */
export interface OldSide {
  /** Records of the file that are not enrolled there: they are no part of the migration. */
  readonly withheld: ReadonlySet<string>;
  /** Who opted out there, or was removed or erased: never to be enrolled here. */
  readonly optedOut: readonly RecordKey[];
  /** Cards that are enrolled there. */
  readonly enrolled: number;
  /** Of these, how many the file has. */
  readonly inFile: number;
  /** Of which it is not settled there whether they are enrolled. */
  readonly open: number;
}

/** Whether a record is left alone. */
export function withholds({ withheld }: OldSide): (record: EnrollmentRecord) => boolean {
  return (record) => withheld.has(recordKeyOf(record));
}

/**
 * Compares a file with the register that another configuration has. Throws `RunnerError` when that is not
 * Click to Pay's.
 */
export async function oldSideOf(input: Input, loaded: LoadedConfig, from: string): Promise<OldSide> {
  const old = loadConfig({ file: from, environment: {}, flags: [] });
  if (familyOf(programmeOf(old.config)) !== 'click-to-pay')
    throw new RunnerError(
      'usage',
      `${from} is not a configuration of click-to-pay, which migrate moves from`,
      {
        hint: 'give the configuration that the cards were enrolled with',
      },
    );
  return withRegister(old, async ({ ledger, digests }) => {
    const side = { withheld: new Set<string>(), optedOut: [] as RecordKey[], inFile: 0, open: 0 };
    for await (const records of windowsOf(input, loaded)) {
      const { keys, digests: of } = digests.of(records);
      const { hits, unchanged } = await ledger.lookUp({ keys, digests: of });
      const states = new Map<number, string>(hits.map(({ index, state }) => [index, state]));
      for (const index of unchanged) states.set(index, 'enrolled');
      for (const [index, record] of records.entries()) {
        const state = states.get(index);
        if (state === 'enrolled') side.inFile += 1;
        else side.withheld.add(recordKeyOf(record));
        if (state === 'in-flight' || state === 'unresolved') side.open += 1;
        if (state === 'opted-out' || state === 'removed' || state === 'erased')
          side.optedOut.push(keyOf(record));
      }
    }
    return { ...side, enrolled: await ledger.enrolledSize() };
  });
}

/** Compares a file with a list of ids that were enrolled by other means. */
export async function listedSideOf(input: Input, loaded: LoadedConfig, ids: string): Promise<OldSide> {
  const listed = new Set<string>();
  for await (const keys of readKeys(ids)) for (const key of keys) listed.add(recordKeyOf(key));
  const withheld = new Set<string>();
  let inFile = 0;
  for await (const records of windowsOf(input, loaded))
    for (const record of records)
      if (listed.has(recordKeyOf(record))) inFile += 1;
      else withheld.add(recordKeyOf(record));
  return { withheld, optedOut: [], enrolled: listed.size, inFile, open: 0 };
}

const keyOf = ({ externalConsumerId, externalCardId }: RecordKey): RecordKey => ({
  externalConsumerId,
  externalCardId,
});

async function* windowsOf(input: Input, loaded: LoadedConfig): AsyncGenerator<readonly EnrollmentRecord[]> {
  const reader = await openReader(input, readingOf(loaded));
  const validator = new Validator(contextAt(new Date()));
  let open: EnrollmentRecord[] = [];
  for await (const rows of validator.all(reader.rows())) {
    open.push(...rows.flatMap((row) => ('record' in row ? [row.record] : [])));
    if (open.length < WINDOW) continue;
    yield open;
    open = [];
  }
  if (open.length > 0) yield open;
}
