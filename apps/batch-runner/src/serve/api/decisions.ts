import { defined } from '@enrollkit/base';
import type { BatchDetail } from '@enrollkit/contract/runner';
import type { BrowsedBatch, LedgerBrowser } from '@enrollkit/ledger';
import { instructOwner } from '../../instruction.ts';
import { abandonBatch, resolveBatch, whyNotReleasable } from '../../resolution.ts';
import type { ConsoleContext } from '../console-context.ts';
import { ServeError } from '../errors.ts';
import type { Asked, Handlers } from '../operation.ts';
import { pageView, pageWith, placesOf } from './cursor.ts';
import { intakeWith } from './standing.ts';
import { batchView, eventView, fileNameOf, runnerView } from './views.ts';

const LIMIT = 100;
/** Events that are shown of one batch. */
const EVENTS_OF_BATCH = 100;

/** Batches of which nobody knows whether they arrived, and what a person decides. */
export function decisionHandlers({
  loaded,
  ledger,
}: ConsoleContext): Handlers<'getBatch' | 'listUnknownBatches' | 'resolveBatch' | 'abandonBatch'> {
  const detail = ({ intakeId, batchId }: BatchPath): Promise<BatchDetail> =>
    ledger.read(async (browser) => detailOf(browser, await batchWith(browser, { intakeId, batchId })));
  const decided = async ({ path, actor }: Asked<'resolveBatch' | 'abandonBatch'>, said: Said) => {
    const batch = await ledger.read((browser) => batchWith(browser, path));
    const { externalBatchId, intakeId } = batch;
    return { batch: externalBatchId, intake: intakeId, actor, detail: defined<Record<string, string>>(said) };
  };
  return {
    getBatch: async ({ path }) => ({ status: 200, body: await detail(path) }),
    listUnknownBatches: ({ query: { cursor, limit = LIMIT } }) =>
      ledger.read(async (browser) => {
        const page = await browser.unknownPage({ from: placesOf(cursor, 1)?.[0], limit });
        const seen = await pageWith(page, (batch) => detailOf(browser, batch));
        return {
          status: 200,
          body: pageView(
            seen,
            (item) => item,
            (next) => [next],
          ),
        };
      }),
    resolveBatch: async (asked) => {
      const { body } = asked;
      const { reason, providerAnswer } = body;
      const found =
        body.outcome === 'sent'
          ? { sent: body.providerBatchId }
          : { sent: undefined, ownerIsDead: body.ownerIsDead };
      await resolveBatch(loaded, await decided(asked, { reason, providerAnswer }), found);
      return { status: 200, body: await detail(asked.path) };
    },
    abandonBatch: async (asked) => {
      await abandonBatch(loaded, await decided(asked, { reason: asked.body.reason }));
      return { status: 200, body: await detail(asked.path) };
    },
  };
}

/** Instructions for the process that works on the ledger. */
export function runnerHandlers({ loaded }: ConsoleContext): Handlers<'instructRunner'> {
  return {
    instructRunner: async ({ body: { instruction, reason }, actor }) => {
      const owner = await instructOwner(loaded, instruction, {
        actor,
        ...(reason !== undefined && { detail: { reason } }),
      });
      return { status: 200, body: runnerView(owner) };
    },
  };
}

interface BatchPath {
  readonly intakeId: string;
  readonly batchId: number;
}

/** What the audit trail keeps of a decision besides what was done. */
type Said = {
  readonly reason: string;
  readonly providerAnswer?: string | undefined;
};

async function batchWith(browser: LedgerBrowser, { intakeId, batchId }: BatchPath): Promise<BrowsedBatch> {
  const found = await browser.batchOf(intakeId, batchId);
  if (found !== undefined) return found;
  throw new ServeError('not-in-ledger', `Intake ${intakeId} has no batch ${batchId}`, {
    hint: 'look at the list of its batches',
  });
}

async function detailOf(browser: LedgerBrowser, batch: BrowsedBatch): Promise<BatchDetail> {
  const intake = await intakeWith(browser, batch.intakeId);
  const isUnknown = batch.state === 'unknown';
  const blocked = isUnknown ? await whyNotReleasable(browser, batch, new Date()) : undefined;
  const { items } = await browser.eventPage({
    intakeId: batch.intakeId,
    batchId: batch.id,
    limit: EVENTS_OF_BATCH,
  });
  return defined<BatchDetail>({
    batch: batchView(batch),
    intake: { id: intake.id, fileName: fileNameOf(intake.source), state: intake.state },
    records: outcomesOf(batch),
    sender: batch.sender && {
      host: batch.sender.host,
      pid: batch.sender.pid,
      alive: await browser.senderAlive(batch.id),
    },
    blocked: blocked && { code: blocked.code, message: blocked.message, hint: blocked.hint },
    events: items.map(eventView).toReversed(),
  });
}

function outcomesOf({ state, records, enrolled, refused }: BrowsedBatch): BatchDetail['records'] {
  const abandoned = state === 'abandoned' ? records : 0;
  return { batched: Math.max(0, records - enrolled - refused - abandoned), enrolled, refused, abandoned };
}
