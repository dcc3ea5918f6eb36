import { writeSync } from 'node:fs';
import { LedgerError, openLedger, type Ledger } from '@enrollkit/ledger';
import { batch, body, identity, minute, record, rejection, step } from './builders.ts';

/** What a killed process was doing. Says each acknowledged commit on standard output, at once. */
const tasks: Readonly<Record<string, (ledger: Ledger) => Promise<void>>> = {
  /** Opens and ends. */
  async open() {
    say('opened');
  },
  /** Takes the lock and keeps it. */
  async hold(ledger) {
    await ledger.lock('child');
    say('held');
    await forEver();
  },
  /** Reads on, step after step. */
  async load(ledger) {
    await ledger.lock('child');
    for (;;) {
      const intake = await ledger.openIntake(identity());
      const { rows, batches } = intake.position;
      const records = Array.from({ length: 20 }, (_, index) => record(rows + index + 1));
      await ledger.commitRead(
        step(
          intake,
          {
            ...batch(batches, records),
            body: { ...body(`external-${batches}`), bytes: new Uint8Array(20_000).fill(batches % 256) },
          },
          [rejection(rows + 21)],
        ),
      );
      say(`rows ${rows + 21}`);
    }
  },
  /** Reads on until the disk takes no more. */
  async fill(ledger) {
    process.on('SIGXFSZ', () => undefined);
    await tasks['load']?.(ledger).catch((error: unknown) =>
      say(`failed ${error instanceof LedgerError ? error.code : String(error)}`),
    );
  },
  /** Sends on, batch after batch. */
  async send(ledger) {
    await ledger.lock('child');
    say(`recovered ${await ledger.recoverInterrupted(identity().id)}`);
    for (;;) {
      const [next] = await ledger.sendable(identity().id, minute(60), 1);
      if (next === undefined) break;
      await ledger.recordIntent(next.id, minute(1));
      say(`intent ${next.id}`);
      await ledger.recordReceipt(next.id, `provider-${next.id}`, minute(2));
      say(`receipt ${next.id}`);
    }
    say('done');
  },
};

const [task = '', address = ''] = process.argv.slice(2);
await tasks[task]?.(await openLedger(address));
process.exit();

function say(line: string): void {
  writeSync(1, `${line}\n`);
}

function forEver(): Promise<never> {
  return new Promise(() => void setInterval(() => undefined, 1_000_000));
}
