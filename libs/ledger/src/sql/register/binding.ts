import { describeProgramme } from '@enrollkit/enrollment';
import { LedgerBindingError } from '../../errors.ts';
import type { LedgerBinding, RegisterPort } from '../../port/register.ts';
import type { Store } from '../store.ts';

/** Whose ledger this is: written once, compared ever after. */
export function bindingRepository(store: Store): Pick<RegisterPort, 'bind' | 'binding' | 'registerEpoch'> {
  const head = () => store.read((db) => db.selectFrom('register_head').selectAll().executeTakeFirstOrThrow());
  return {
    bind: (binding) =>
      store.write(async (db) => {
        const bound = await db.selectFrom('register_head').selectAll().executeTakeFirstOrThrow();
        if (bound.environment === null) {
          await assertIntakesFit(db, binding);
          await db
            .updateTable('register_head')
            .set({
              environment: binding.environment,
              programme: binding.programme,
              key_check: binding.keyCheck,
              digest_version: binding.digestVersion,
            })
            .execute();
          return;
        }
        compare(binding, {
          environment: bound.environment,
          programme: bound.programme ?? '',
          keyCheck: bound.key_check ?? new Uint8Array(),
          digestVersion: bound.digest_version ?? 0,
        });
      }),
    binding: async () => {
      const { environment, programme } = await head();
      return environment === null || programme === null ? undefined : { environment, programme };
    },
    registerEpoch: async () => (await head()).epoch,
  };
}

/** A ledger from before it was bound may hold intakes of one programme only. */
async function assertIntakesFit(
  db: Parameters<Parameters<Store['write']>[0]>[0],
  { programme }: LedgerBinding,
): Promise<void> {
  const other = await db
    .selectFrom('intake')
    .select('programme')
    .where('programme', '<>', programme)
    .executeTakeFirst();
  if (other !== undefined)
    throw new LedgerBindingError(
      'ledger-bound-elsewhere',
      `the ledger has intakes of the programme ${describeProgramme(other.programme)}; this is ${describeProgramme(programme)}`,
    );
}

function compare(asked: LedgerBinding, bound: LedgerBinding): void {
  const names = { environment: (name: string) => name, programme: describeProgramme };
  for (const property of ['environment', 'programme'] as const)
    if (asked[property] !== bound[property])
      throw new LedgerBindingError(
        'ledger-bound-elsewhere',
        `the ledger belongs to the ${property} ${names[property](bound[property])}; this is ${names[property](asked[property])}`,
      );
  if (asked.digestVersion !== bound.digestVersion)
    throw new LedgerBindingError(
      'ledger-digest-version',
      `the ledger's digests have version ${bound.digestVersion}; this program makes version ${asked.digestVersion}`,
    );
  if (Buffer.compare(asked.keyCheck, bound.keyCheck) !== 0)
    throw new LedgerBindingError(
      'ledger-key-changed',
      'the fingerprint key is not the one that this ledger was begun with',
    );
}
