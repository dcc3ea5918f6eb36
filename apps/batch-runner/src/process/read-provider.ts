import type { ReadResult } from '@enrollkit/enrollment';
import { openProvider } from '../assemble.ts';
import { appendBeside } from '../audit.ts';
import { mayHaveLedger } from '../config/ledger-address.ts';
import type { Context } from '../context.ts';
import type { ExitName } from '../exit-codes.ts';
import { withRegister } from '../register.ts';
import { addressIn, type GivenIds, type Named } from './find-card.ts';

/** What is read of one cardholder: which, how it is asked for, and how it is shown. */
export interface ProviderRead<Found> {
  readonly command: string;
  readonly named: Named;
  readonly given: GivenIds;
  readonly ask: (
    provider: Awaited<ReturnType<typeof openProvider>>,
    address: Awaited<ReturnType<typeof addressIn>>,
    signal: AbortSignal,
  ) => Promise<ReadResult<Found>>;
  readonly text: (found: Found) => string;
}

/**
 * Asks the provider about one cardholder, prints the answer, and writes into the audit trail that it was
 * asked. Works beside a runner.
 */
export async function readProvider<Found extends object>(
  { terminal, config, stop }: Context,
  { command, named, given, ask, text }: ProviderRead<Found>,
): Promise<ExitName> {
  const loaded = config();
  const { address, consumerKey } = await withRegister(loaded, async (register) => ({
    address: await addressIn(register, named, given),
    consumerKey: register.digests.consumerKey(named.externalConsumerId).toString('hex'),
  }));
  const provider = await openProvider(loaded);
  const answer = await ask(provider, address, stop).finally(() => provider.close());
  // The key says whom, to whoever has the id.
  if (mayHaveLedger(loaded))
    await appendBeside(loaded, { action: command, detail: { consumerKey, answer: answer.kind } });
  if (answer.kind === 'found') {
    if (terminal.mode.json)
      terminal.resultJson({ kind: command.replace(' ', '-'), ...named, ...answer.found });
    else terminal.result(text(answer.found));
    return 'allEnrolled';
  }
  const { code, httpStatus, message } = answer.reason;
  terminal.error(`${code} (HTTP ${httpStatus}): ${message}`, {
    code: answer.kind,
    hint: hints[answer.kind],
  });
  return answer.kind === 'missing' ? 'someFailed' : 'stopped';
}

const hints = {
  missing:
    'the provider does not know it: it may have been deleted or have opted out; with click-to-pay its own id is needed, from the register or by --provider-id',
  busy: 'ask again later',
  denied: 'enrollkit doctor checks keys, clock and the ids of the programme',
} as const;
