import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { describe, expect, it } from 'vitest';
import { LedgerLockedError } from '@enrollkit/ledger';
import { SeededRandom } from '@enrollkit/base';
import { waitFor } from '@enrollkit/testkit';
import { all, found, foundBatch, identity, loadReady } from '../builders.ts';
import type { NewPlace } from '../place.ts';
import { scan } from '../scan.ts';

/** Real processes, really killed. */
export function crashSuite(newPlace: NewPlace): void {
  describe('two processes', () => {
    it('may open a new ledger at the same moment', async () => {
      await using place = await newPlace();
      const children = ['open', 'open', 'open'].map((task) => start(task, place.address));
      expect(await Promise.all(children.map(({ ended }) => ended))).toEqual([0, 0, 0]);
      expect(await (await place.open()).listIntakes()).toEqual([]);
    });

    it('cannot run at once; the lock of a killed one is free at once', async () => {
      await using place = await newPlace();
      const ledger = await place.open();
      const child = start('hold', place.address);
      await waitFor('the lock', () => child.lines.includes('held'), 30_000);
      await expect(ledger.lock('second')).rejects.toMatchObject({
        constructor: LedgerLockedError,
        owner: { pid: child.pid, command: 'child' },
      });
      child.kill();
      await child.ended;
      await expect(ledger.lock('second')).resolves.toBeDefined();
    });
  });

  describe('a process killed at any moment', () => {
    it('loses no acknowledged reading step, and never leaves half of one', async () => {
      await using place = await newPlace();
      const random = new SeededRandom(11);
      for (let round = 0; round < 4; round += 1) {
        const lines = await killWithin('load', place.address, random.integer(1, 40));
        const acknowledged = Math.max(0, ...lines.map((line) => Number(line.split(' ')[1])));

        const ledger = await place.open();
        const { position } = await found(ledger, identity().id);
        expect(position.rows).toBeGreaterThanOrEqual(acknowledged);
        const rows = [
          ...(await all(ledger.records(identity().id))),
          ...(await all(ledger.rejections(identity().id))),
        ].map(({ place: { row } }) => row);
        expect(rows.sort((a, b) => a - b)).toEqual(
          Array.from({ length: position.rows }, (_, index) => index + 1),
        );
        expect(position.batches * 21).toBe(position.rows);
        expect(await ledger.batchesIn(identity().id, 'sealed')).toHaveLength(position.batches);
        expect(await ledger.tally(identity().id)).toEqual(await scan(ledger, identity().id));
        await ledger.close();
      }
    });

    it('leaves evidence of what it was sending, and every receipt it acknowledged', async () => {
      await using place = await newPlace();
      const first = await place.open();
      const { id } = await loadReady(
        first,
        Array.from({ length: 300 }, () => 1),
      );
      await first.close();
      const random = new SeededRandom(12);
      for (let round = 0; round < 4; round += 1) {
        const lines = await killWithin('send', place.address, random.integer(2, 60));
        const ledger = await place.open();
        const statesOf = async (what: string) =>
          Promise.all(
            lines
              .filter((line) => line.startsWith(what))
              .map(async (line) => (await foundBatch(ledger, id, line.slice(what.length + 1))).state),
          );
        expect(new Set(['submitting', ...(await statesOf('intent')), 'submitted'])).toEqual(
          new Set(['submitting', 'submitted']),
        );
        expect(new Set(['submitted', ...(await statesOf('receipt'))])).toEqual(new Set(['submitted']));
        const left = await ledger.batchesIn(id, 'submitting');
        expect(await Promise.all(left.map((batch) => ledger.senderAlive(batch.id)))).toEqual(
          left.map(() => 'dead'),
        );
        const { batches } = await ledger.tally(id);
        expect(batches.submitting).toBeLessThanOrEqual(1);
        expect(batches.sealed + batches.submitting + batches.submitted + batches.unknown).toBe(300);
        await ledger.close();
      }
    });
  });
}

function start(task: string, address: string) {
  const child = spawn(
    process.execPath,
    ['--conditions=@enrollkit/source', new URL('../child.ts', import.meta.url).pathname, task, address],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const lines: string[] = [];
  createInterface(child.stdout).on('line', (line) => lines.push(line));
  const ended = new Promise<number | null>((resolve) => child.on('close', resolve));
  return { pid: child.pid, lines, ended, kill: () => child.kill('SIGKILL') };
}

/** Kills the child after so many lines; answers every line it said. */
async function killWithin(task: string, address: string, after: number): Promise<readonly string[]> {
  const child = start(task, address);
  await waitFor(`${after} lines`, () => child.lines.length >= after || child.lines.includes('done'), 30_000);
  child.kill();
  await child.ended;
  return child.lines;
}
