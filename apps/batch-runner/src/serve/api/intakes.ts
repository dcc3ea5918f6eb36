import { resendClassOf, validationMessages } from '@enrollkit/enrollment';
import type { ConsoleContext } from '../console-context.ts';
import type { Handlers } from '../operation.ts';
import { refusalAdvice } from '../../html/code-tables.ts';
import { pageView, pageWith, placesOf } from './cursor.ts';
import { intakeWith, standingOf } from './standing.ts';
import { batchView, recordView, rejectionView } from './views.ts';

/** The default of the contract. */
const LIMIT = 100;
const BUCKETS = 120;

/** Intakes, and what became of them. */
export function intakeHandlers({
  ledger,
}: Pick<ConsoleContext, 'ledger'>): Handlers<'listIntakes' | 'getIntake' | 'getTimeline' | 'listBatches'> {
  return {
    listIntakes: ({ query: { state, cursor, limit = LIMIT } }) =>
      ledger.read(async (browser) => {
        const page = await browser.intakePage({
          ...(state !== undefined && { states: [state] }),
          from: placesOf(cursor, 1)?.[0],
          limit,
        });
        const seen = await pageWith(page, (intake) => standingOf(browser, intake));
        return {
          status: 200,
          body: pageView(
            seen,
            (item) => item,
            (next) => [next],
          ),
        };
      }),
    getIntake: ({ path: { intakeId } }) =>
      ledger.read(async (browser) => ({
        status: 200,
        body: await standingOf(browser, await intakeWith(browser, intakeId)),
      })),
    getTimeline: ({ path: { intakeId }, query: { buckets = BUCKETS } }) =>
      ledger.read(async (browser) => {
        await intakeWith(browser, intakeId);
        const { partMs, parts } = await browser.outcomesOverTime(intakeId, buckets);
        const points = parts.map(({ at, ...counts }) => ({ at: at.toISOString(), ...counts }));
        return { status: 200, body: { bucketSeconds: partMs / 1000, points } };
      }),
    listBatches: ({ path: { intakeId }, query: { state, cursor, limit = LIMIT } }) =>
      ledger.read(async (browser) => {
        await intakeWith(browser, intakeId);
        const page = await browser.batchPage(intakeId, { state, from: placesOf(cursor, 1)?.[0], limit });
        return { status: 200, body: pageView(page, batchView, (next) => [next]) };
      }),
  };
}

/** Records and rows of an intake, and their codes. */
export function rowHandlers({
  ledger,
}: Pick<ConsoleContext, 'ledger'>): Handlers<
  'listRecords' | 'countRefusals' | 'listRejections' | 'countRejections'
> {
  return {
    listRecords: ({ path: { intakeId }, query: { state, code, batchId, cursor, limit = LIMIT } }) =>
      ledger.read(async (browser) => {
        await intakeWith(browser, intakeId);
        const [batch, place] = placesOf(cursor, 2) ?? [];
        const from = batch === undefined || place === undefined ? undefined : { batch, place };
        const page = await browser.recordPage(intakeId, { state, code, batchId, from, limit });
        return { status: 200, body: pageView(page, recordView, (next) => [next.batch, next.place]) };
      }),
    countRefusals: ({ path: { intakeId } }) =>
      ledger.read(async (browser) => {
        await intakeWith(browser, intakeId);
        const codes = (await browser.refusalCodes(intakeId)).map(({ code, count }) => {
          const resend = resendClassOf(code);
          return { code, records: count, resend, advice: refusalAdvice(resend) };
        });
        return { status: 200, body: { refused: sumOf(codes.map(({ records }) => records)), codes } };
      }),
    listRejections: ({ path: { intakeId }, query: { code, cursor, limit = LIMIT } }) =>
      ledger.read(async (browser) => {
        await intakeWith(browser, intakeId);
        const page = await browser.rejectionPage(intakeId, { code, from: placesOf(cursor, 1)?.[0], limit });
        return { status: 200, body: pageView(page, rejectionView, (next) => [next]) };
      }),
    countRejections: ({ path: { intakeId } }) =>
      ledger.read(async (browser) => {
        await intakeWith(browser, intakeId);
        const codes = (await browser.rejectionCodes(intakeId)).map(({ code, count }) => ({
          code,
          rows: count,
          advice: rejectionAdvice(code),
        }));
        return { status: 200, body: { rejected: sumOf(codes.map(({ rows }) => rows)), codes } };
      }),
  };
}

function rejectionAdvice(code: string): string {
  const messages: Readonly<Record<string, readonly string[] | undefined>> = validationMessages;
  return messages[code]?.[1] ?? '';
}

function sumOf(counts: readonly number[]): number {
  return counts.reduce((sum, count) => sum + count, 0);
}
