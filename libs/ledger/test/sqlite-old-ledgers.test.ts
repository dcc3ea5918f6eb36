import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '@enrollkit/testkit';
import { expect, it } from 'vitest';
import { expectedOf, fixture } from './old-ledgers.ts';
import { checkCarriedOver } from './suite/old-ledgers.ts';

const folder = join(import.meta.dirname, 'fixtures', 'sqlite');
const kinds = readdirSync(folder);

it.each(kinds)(
  'a SQLite ledger of the first layout (%s) migrates with everything it holds, verifies and goes on',
  async (kind) => {
    using temporary = temporaryFolder();
    const path = temporary.file('enrollkit.ledger');
    for (const suffix of ['', '-wal'])
      if (existsSync(join(folder, kind, `ledger${suffix}.gz`)))
        writeFileSync(`${path}${suffix}`, fixture(`sqlite/${kind}/ledger${suffix}.gz`));
    await expect(
      checkCarriedOver(path, expectedOf(`sqlite/${kind}`), { digestsMissing: true }),
    ).resolves.toBeUndefined();
  },
);

it('there is a ledger of every kind', () => {
  expect(kinds).toHaveLength(8);
});

it('a SQLite ledger of the first layout with a register migrates with everything it holds, verifies and goes on', async () => {
  using temporary = temporaryFolder();
  const path = temporary.file('enrollkit.ledger');
  writeFileSync(path, fixture('register-layout/sqlite/ledger.gz'));
  await expect(
    checkCarriedOver(path, expectedOf('register-layout/sqlite'), { digestsMissing: false }),
  ).resolves.toBeUndefined();
});
