import type { Intake, LedgerView } from '@enrollkit/ledger';
import { exitOfTally } from '../ending.ts';
import type { ReportPrinter } from '../process/process-intake.ts';
import { unsentLabels } from './verdict-lines.ts';

/** What became of the only row, or of one request. */
interface OneResult {
  /** Of a request: `update-profile`, `delete-card`, ... */
  readonly request?: string;
  readonly externalConsumerId?: string | undefined;
  readonly externalCardId?: string | undefined;
  /** `enrolled`, `refused`, `rejected`, `unknown`, a state of its batch, or why it was not sent. */
  readonly result: string;
  readonly providerConsumerId?: string | undefined;
  readonly providerCardId?: string | undefined;
  readonly code?: string | undefined;
  readonly message?: string | undefined;
}

/**
 * Prints what became of the only row of an intake: of its card, and of each request that changes something.
 */
export const printOne: ReportPrinter = async (terminal, ledger, { intake, exit }) => {
  const earned = exit ?? exitOfTally(await ledger.tally(intake.id));
  for (const result of await resultsOf(ledger, intake))
    if (terminal.mode.json)
      terminal.resultJson({ kind: 'cardholder', intake: intake.id, ...result, exit: earned });
    else terminal.result(resultText(result));
  return earned;
};

function resultText({ request, result, providerConsumerId, providerCardId, ...rest }: OneResult): string {
  const { externalConsumerId, externalCardId, code, message } = rest;
  return [
    [externalConsumerId, externalCardId, request, result, code, message].filter(Boolean).join('  '),
    ...(providerConsumerId === undefined ? [] : [`  consumer at the provider  ${providerConsumerId}`]),
    ...(providerCardId === undefined ? [] : [`  card at the provider      ${providerCardId}`]),
  ].join('\n');
}

async function resultsOf(ledger: LedgerView, intake: Intake): Promise<readonly OneResult[]> {
  const requests: OneResult[] = [];
  for await (const { kind, state, address, reason } of ledger.changes(intake.id))
    requests.push({ ...address, request: kind, result: state, code: reason?.code, message: reason?.message });
  return requests.length > 0 ? requests : [await resultOf(ledger, intake)];
}

async function resultOf(ledger: LedgerView, intake: Intake): Promise<OneResult> {
  for await (const { externalConsumerId, externalCardId, state, batchState, ...rest } of ledger.records(
    intake.id,
  )) {
    const { providerConsumerId, providerCardId, code, message } = rest;
    const ids = { externalConsumerId, externalCardId, providerConsumerId, providerCardId };
    return { ...ids, result: state === 'batched' ? batchState : state, code, message };
  }
  for await (const { externalConsumerId, externalCardId, errors } of ledger.rejections(intake.id)) {
    const [{ code, field, message }] = errors;
    return { externalConsumerId, externalCardId, result: 'rejected', code, message: `${field}: ${message}` };
  }
  for await (const { externalConsumerId, externalCardId, reason, code } of ledger.unsent(intake.id))
    return { externalConsumerId, externalCardId, result: reason, code, message: unsentLabels[reason] };
  return { result: 'unchanged', message: unsentLabels.unchanged };
}
