import { canRunPostgres, query, startCluster } from '@enrollkit/testkit/cluster';
import { waitFor } from '@enrollkit/testkit';
import { openSharedLedger, type LedgerOptions, type SharedLedger } from '@enrollkit/ledger';
import { Client } from 'pg';
import { afterAll, describe, expect, it } from 'vitest';
import { body, settleAll } from './builders.ts';
import { cards, digestsOf, keyOfCard, keysOf, read, recordOfCard, type Card } from './cards.ts';
import { look, submitAll } from './register-steps.ts';

describe.skipIf(!canRunPostgres)(
  'the register of a ledger that many hosts share',
  { timeout: 60_000 },
  () => {
    const cluster = canRunPostgres ? startCluster() : undefined;
    afterAll(() => cluster?.[Symbol.dispose]());

    async function place(...options: readonly LedgerOptions[]) {
      const address = (await cluster?.emptyDatabase()) ?? '';
      const at: SharedLedger[] = [];
      for (const each of options) at.push(await openSharedLedger(address, each));
      const client = new Client({ connectionString: address });
      await client.connect();
      return {
        at: at as [SharedLedger, SharedLedger],
        client,
        /** Waits until so many connections of the ledger wait for a lock. */
        waiting: (count: number) =>
          waitFor(`${count} to wait`, async () => {
            const rows = await query(
              address,
              "select 1 from pg_stat_activity where wait_event_type = 'Lock' and application_name = 'enrollkit' and datname = current_database()",
            );
            return rows.length === count;
          }),
        [Symbol.asyncDispose]: async () => {
          await client.end();
          await Promise.all(at.map((ledger) => ledger.close()));
        },
      };
    }

    /** Every row of the intake is refused or enrolled, and nothing is merged yet. */
    async function ended(ledger: SharedLedger, of: readonly Card[], refused: readonly number[] = []) {
      await read(ledger, 'first', { cards: of, batchSize: of.length });
      for (const id of await submitAll(ledger, 'first')) await settleAll(ledger, id, refused);
    }

    /** A merge waits with this key until the connection lets it go on, or ends. */
    async function holdMergesAt(client: Client, card: Card) {
      await client.query(`create function enrollkit.wait() returns trigger language plpgsql as $$
      begin if new.k = '${keyOfCard(card).toString('hex')}'::uuid then perform pg_advisory_xact_lock_shared(7); end if; return new; end $$`);
      await client.query(
        'create trigger wait before insert on enrollkit.register for each row execute function enrollkit.wait()',
      );
      await client.query('select pg_advisory_lock(7)');
      return () => client.query('select pg_advisory_unlock(7)');
    }

    const byKey = (of: readonly Card[]) => of.toSorted((a, b) => keyOfCard(a).compare(keyOfCard(b)));

    it('knows a card while another host moves it from the claims to the register', async () => {
      await using places = await place({}, {});
      const [one, two] = places.at;
      const [card] = cards(1) as [Card];
      await ended(one, [card]);
      await places.client.query('begin');
      await places.client.query('lock table enrollkit.claim in access exclusive mode');
      const looked = look(two, card);
      await places.waiting(1);
      await places.client.query(
        `insert into enrollkit.register (k, batch, place, state, d) select k, 1, 0, 1, '\\x${'00'.repeat(36)}' from enrollkit.claim`,
      );
      await places.client.query('delete from enrollkit.claim');
      await places.client.query('commit');
      expect(await looked).toMatchObject({ state: 'enrolled' });
    });

    it('knows every card after a merge that broke off between two of its transactions, and merges the rest later', async () => {
      await using places = await place({ mergedAtOnce: 1 }, {});
      const [one, two] = places.at;
      const sorted = byKey(cards(6));
      await ended(one, cards(6));
      await holdMergesAt(places.client, sorted[3] as Card);
      const merging = one.mergeSettled();
      await places.waiting(1);
      await places.client.query(
        "select pg_terminate_backend(pid) from pg_stat_activity where wait_event_type = 'Lock' and application_name = 'enrollkit'",
      );
      await expect(merging).rejects.toMatchObject({ code: 'ledger-unavailable' });
      const known = () => Promise.all(sorted.map(async (card) => look(two, card)));
      expect(await known()).toEqual([
        ...Array.from({ length: 3 }, () => 'unchanged'),
        ...Array.from({ length: 3 }, () => expect.objectContaining({ state: 'in-flight' }) as unknown),
      ]);
      await places.client.query('drop trigger wait on enrollkit.register');
      expect(await two.mergeSettled()).toBe(6);
      expect(await known()).toEqual(sorted.map(() => 'unchanged'));
      expect(await two.verify()).toEqual([]);
    });

    it('merges what has ended once, however many hosts and attempts settle the intake', async () => {
      await using places = await place({ mergedAtOnce: 1 }, {});
      const [one, two] = places.at;
      await ended(one, cards(6));
      const before = await one.registerEpoch();
      const attempts = [one, two].flatMap((host) => [
        host,
        host.forAttempt('job/0'),
        host.forAttempt('job/1'),
      ]);
      await Promise.all(attempts.map((each) => each.settleIntake('first')));
      expect(await one.registerEpoch()).toBe(before + 1);
      expect(await Promise.all(cards(6).map((card) => look(two, card)))).toEqual(
        Array.from({ length: 6 }, () => 'unchanged'),
      );
    });

    it('lets only one of two hosts go on that merge the same batches, and keeps the claim of a retry', async () => {
      await using places = await place({ mergedAtOnce: 1 }, {});
      const [slow, quick] = places.at;
      const all = cards(40);
      const sorted = byKey(all);
      const retried = sorted.at(-1) as Card;
      const row = all.indexOf(retried) + 1;
      await ended(slow, all, [row]);
      const letGo = await holdMergesAt(places.client, sorted[0] as Card);
      const merging = slow.mergeSettled();
      await places.waiting(1);
      // The connection that keeps a second merge waiting breaks.
      await places.client.query(
        "select pg_terminate_backend(pid) from pg_locks where locktype = 'advisory' and objid = x'454e5255'::int and granted",
      );
      const retry = quick.commitRetry('first', {
        generation: 2,
        position: 0,
        body: body('first-2-0'),
        records: [recordOfCard(retried, row)],
        register: {
          keys: keysOf([retried]),
          digests: digestsOf([retried]),
          twins: new Uint8Array(24),
        },
      });
      await places.waiting(2);
      await letGo();
      await Promise.all([merging, retry]);
      expect(await look(quick, retried, 'another')).toMatchObject({ state: 'in-flight', intakeId: 'first' });
      expect(await look(quick, sorted[0] as Card, 'another')).toBe('unchanged');
      expect(await quick.verify()).toEqual([]);
    });
  },
);
