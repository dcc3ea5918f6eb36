import { defined } from '@enrollkit/base';
import type { CardholderHistory, HistoryEntry } from '@enrollkit/contract/runner';
import type { HistoryEntry as LedgerEntry } from '@enrollkit/ledger';
import { withRegister } from '../../register.ts';
import type { ConsoleContext } from '../console-context.ts';
import type { Handlers } from '../operation.ts';
import { pageView, placesOf } from './cursor.ts';
import { eventView, fileNameOf } from './views.ts';

const LIMIT = 100;
/** Entries of one cardholder that are answered. */
const ENTRIES = 1000;

/** What is known of one cardholder. */
export function registerHandlers({ loaded }: Pick<ConsoleContext, 'loaded'>): Handlers<'lookUpCardholder'> {
  return {
    lookUpCardholder: ({ body: { externalConsumerId, externalCardId } }) =>
      withRegister(loaded, async ({ ledger, digests }) => {
        const entries: HistoryEntry[] = [];
        const of = defined<Parameters<typeof ledger.history>[0]>({
          externalConsumerId,
          externalCardId,
          consumerKey: digests.consumerKey(externalConsumerId),
        });
        let complete = true;
        for await (const entry of ledger.history(of)) {
          complete = entries.length < ENTRIES;
          if (!complete) break;
          entries.push(entryView(entry));
        }
        const body = defined<CardholderHistory>({ externalConsumerId, externalCardId, entries, complete });
        return { status: 200, body };
      }),
  };
}

function entryView({
  what,
  at,
  externalCardId,
  intakeId,
  source,
  row,
  code,
  externalBatchId,
}: LedgerEntry): HistoryEntry {
  return defined<HistoryEntry>({
    what,
    at: at?.toISOString(),
    externalCardId,
    intakeId,
    fileName: source === undefined ? undefined : fileNameOf(source),
    row,
    code,
    externalBatchId,
  });
}

/** Who did what, and when. */
export function auditHandlers({ ledger }: Pick<ConsoleContext, 'ledger'>): Handlers<'listAuditEvents'> {
  return {
    listAuditEvents: ({ query: { intakeId, cursor, limit = LIMIT } }) =>
      ledger.read(async (browser) => {
        const page = await browser.eventPage({ intakeId, from: placesOf(cursor, 1)?.[0], limit });
        return { status: 200, body: pageView(page, eventView, (next) => [next]) };
      }),
  };
}
