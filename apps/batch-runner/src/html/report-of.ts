import { batchMoves, type BatchState } from '@enrollkit/enrollment';
import type { AuditEvent, BatchRow, Intake, LedgerView } from '@enrollkit/ledger';
import { report } from '@enrollkit/pipeline';
import { environmentName, environmentOfUrl } from '../config/provider-environment.ts';
import type { Config } from '../config/schema.ts';
import { exitOfTally } from '../ending.ts';
import type { ExitName } from '../exit-codes.ts';
import { programVersion } from '../version.ts';
import { reportPage } from './report-page.ts';

/** The page of an intake, and the exit that the report of it earns. */
export async function reportHtml(
  ledger: LedgerView,
  intake: Intake,
  config: Pick<Config, 'provider'>,
): Promise<{ readonly text: string; readonly exit: ExitName }> {
  const made = await report(ledger, intake);
  const exit = exitOfTally(made.tally);
  const baseUrl = intake.environment ?? config.provider.baseUrl;
  const text = reportPage({
    report: made,
    exit,
    environment: environmentName({ provider: { baseUrl } }),
    production: environmentOfUrl(baseUrl) === 'production',
    events: await eventsOf(ledger, intake),
    batches: await batchesOf(ledger, intake),
    madeAt: new Date(),
    version: programVersion(),
  });
  return { text, exit };
}

async function eventsOf(ledger: LedgerView, { id }: Intake): Promise<readonly AuditEvent[]> {
  const events: AuditEvent[] = [];
  for await (const event of ledger.events(id)) events.push(event);
  return events;
}

async function batchesOf(ledger: LedgerView, { id }: Intake): Promise<readonly BatchRow[]> {
  const batches: BatchRow[] = [];
  for (const state of Object.keys(batchMoves) as BatchState[])
    batches.push(...(await ledger.batchesIn(id, state)));
  return batches;
}
