import { mkdirSync } from 'node:fs';
import type { LedgerLock } from '@enrollkit/ledger';
import { parseFaults } from '@enrollkit/provider-simulator';
import { openLedger } from '../../src/assemble.ts';
import { loadConfig } from '../../src/config/load.ts';
import { writeAccounts } from '../../src/serve/security/account-file.ts';
import { hashPassword } from '../../src/serve/security/passwords.ts';
import { cardholders, panOf } from '../cardholders.ts';
import { Harness } from '../harness.ts';
import { ApiClient } from './api-client.ts';
import { beginServing, quick, type Served } from './served.ts';

/** What a state gives the interactions that it is for. */
type Given = Readonly<Record<string, string | number>>;

/** Batches in state unknown: every interaction about one takes another. */
const UNKNOWN = 5;
/** The account that the pact names. */
const jane = { userName: 'jane', password: 'a long password of jane' } as const;
/** A card that the simulator refuses. */
const refusedPan = '5204739990000024';

/** A console with every state that its pact names. */
export class PactStage {
  readonly at: Harness;
  readonly #accounts: Served;
  readonly #links: Served;
  readonly #held: { lock: LedgerLock; close: () => Promise<void> }[] = [];
  readonly #operator: ApiClient;
  #target: ApiClient;

  private constructor(at: Harness, accounts: Served, links: Served) {
    this.at = at;
    this.#accounts = accounts;
    this.#links = links;
    this.#operator = accounts.client;
    this.#target = accounts.client;
  }

  static async open(): Promise<PactStage> {
    const at = await Harness.open({}, quick);
    const links = await beginServing(at);
    writeAccounts(at.path('accounts.json'), [
      {
        name: jane.userName,
        role: 'operator',
        password: await hashPassword(jane.password),
        changedAt: new Date().toISOString(),
      },
    ]);
    mkdirSync(at.path('inbox'));
    at.write('inbox/in.csv', cardholders(2));
    const flags = [`serve.accountsFile=${at.path('accounts.json')}`, 'serve.planFolder=inbox'];
    const stage = new PactStage(at, await beginServing(at, flags), links);
    const rows = cardholders(4, [panOf(0), refusedPan]).replace('jane.3@example.com', 'none');
    await at.call('run', at.write('cards.csv', rows));
    at.simulator.setFaults(parseFaults(`drop-request@enrollBatch*${UNKNOWN}`));
    // A process of its own: its batches are those of a process that has ended.
    await at.enrollkit('run', at.write('more.csv', cardholders(UNKNOWN * 4, [], 100)));
    return stage;
  }

  /** The session under which an interaction is replayed. */
  get session(): ApiClient {
    return this.#target;
  }

  /** Every state by the name that the pact gives it. */
  readonly states: Readonly<Record<string, () => Promise<Given>>> = {
    'nobody is signed in': async () => this.#signedOut(this.#accounts),
    'a local account exists': async () => this.#signedOut(this.#accounts),
    'a one-time link was printed': async () => this.#signedOut(this.#links),
    'somebody is signed in as operator': () => this.#signedIn(),
    'an intake was settled, with refusals and rejections': async () => {
      await this.#signedIn();
      const body = await this.#target.bodyOf('listIntakes', { query: { state: 'settled' } });
      const intakeId = String(body.items[0]?.id);
      const batches = await this.#target.bodyOf('listBatches', { path: { intakeId } });
      return { intakeId, batchId: Number(batches.items[0]?.id) };
    },
    'a batch is in state unknown': async () => {
      await this.#signedIn();
      const body = await this.#target.bodyOf('listUnknownBatches');
      const [waiting] = body.items;
      if (waiting === undefined) throw new Error('no batch waits');
      return { intakeId: waiting.batch.intakeId, batchId: waiting.batch.id };
    },
    'a runner is at work': async () => {
      await this.#signedIn();
      const loaded = loadConfig({ file: this.at.path('enrollkit.yaml'), environment: {}, flags: [] });
      const ledger = await openLedger(loaded);
      this.#held.push({ lock: await ledger.lock('run'), close: () => ledger.close() });
      return {};
    },
    'a file is in the configured folder': () => this.#signedIn(),
    'a file was planned': async () => {
      await this.#signedIn();
      const body = await this.#target.bodyOf('planFile', { body: { fileName: 'in.csv' } });
      return { planId: String(body.id) };
    },
  };

  /** Back to how it was before an interaction. */
  async reset(): Promise<void> {
    for (const { lock, close } of this.#held.splice(0)) {
      await lock.release();
      await close();
    }
  }

  async close(): Promise<void> {
    await this.reset();
    await this.#accounts.server.close();
    await this.#links.server.close();
    await this.at.close();
  }

  async #signedIn(): Promise<Given> {
    this.#target = this.#operator;
    // A password takes its time: nobody signs in who still is.
    if ((await this.#operator.call('getSession')).status === 200) return {};
    const { status } = await this.#operator.call('signIn', { body: jane });
    if (status !== 200) throw new Error(`jane cannot sign in: ${status}`);
    return {};
  }

  #signedOut({ server }: Served): Given {
    this.#target = new ApiClient(server.origin);
    return {};
  }
}
