import { defined } from '@enrollkit/base';
import type { Overview } from '@enrollkit/contract/runner';
import type { ConsoleContext } from '../console-context.ts';
import type { Handlers } from '../operation.ts';
import { environmentView, runnerView } from './views.ts';

/** The ledger as a whole. */
export function overviewHandlers({
  loaded,
  ledger,
  feed,
}: ConsoleContext): Handlers<'getOverview' | 'getProgress'> {
  return {
    getOverview: () =>
      ledger.read(async (browser) => {
        const owner = await browser.owner();
        const pausedForMs = await browser.pausedForMs();
        const body = defined<Overview>({
          environment: environmentView(loaded),
          ledger: ledger.kind,
          runner: owner && runnerView(owner),
          pausedUntil: pausedForMs > 0 ? new Date(Date.now() + pausedForMs).toISOString() : undefined,
          intakes: { ...(await browser.intakeCounts()) },
          unknownBatches: await browser.unknownCount(),
          registered: await browser.registerSize(),
          inDoubt: await browser.isInDoubt(),
          auditEvents: await browser.lastEvent(),
        });
        return { status: 200, body };
      }),
    getProgress: async () => ({ status: 200, body: await feed.now() }),
  };
}
