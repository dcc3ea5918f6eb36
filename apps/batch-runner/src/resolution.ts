import { signatureValidMs } from '@enrollkit/enrollment';
import type { BatchRow, Ledger } from '@enrollkit/ledger';
import { firstPollAfter } from '@enrollkit/pipeline';
import { settingsOf } from './assemble.ts';
import type { LoadedConfig } from './config/load.ts';
import { decide, type Decision } from './decision.ts';
import { RunnerError } from './errors.ts';

/** What a person found out about a batch in state unknown. */
export type Found =
  /** It arrived, and this is the provider's id for it. */
  | { readonly sent: string }
  /**
   * It did not arrive; `ownerIsDead` says why the process that sent it cannot be alive, where the ledger
   * cannot know.
   */
  | { readonly sent: undefined; readonly ownerIsDead?: string | undefined };

/** Which batch, and who decides about it. */
export type DecidedBatch = Omit<Decision, 'command' | 'from'>;

/**
 * Records a person's decision about a batch in state unknown. Throws `RunnerError` `batch-unknown` and
 * `owner-alive`.
 */
export async function resolveBatch(
  loaded: LoadedConfig,
  decided: DecidedBatch,
  found: Found,
): Promise<BatchRow> {
  return decide(
    loaded,
    { ...decided, command: 'resolve', from: ['unknown'] },
    async ({ ledger, batch, now }) => {
      if (found.sent !== undefined) {
        const pollAt = now.getTime() + firstPollAfter(settingsOf(loaded.config).poll, Math.random);
        await ledger.recordReceipt(batch.id, found.sent, new Date(pollAt));
        return { decision: 'sent' };
      }
      const blocked = found.ownerIsDead === undefined && (await whyNotReleasable(ledger, batch, now));
      if (blocked instanceof RunnerError) throw blocked;
      await ledger.releaseUnknown(batch.id, now);
      return {
        decision: 'not-sent',
        ...(found.ownerIsDead !== undefined && { ownerIsDead: found.ownerIsDead }),
      };
    },
  );
}

/**
 * Goes no further with a batch; its sealed body is dropped. Returns it as it was. Throws `RunnerError`
 * `batch-unknown`.
 */
export async function abandonBatch(loaded: LoadedConfig, decided: DecidedBatch): Promise<BatchRow> {
  return decide(
    loaded,
    { ...decided, command: 'abandon', from: ['sealed', 'unknown', 'submitted'] },
    async ({ ledger, batch }) => {
      await ledger.abandonBatch(batch.id);
      return { was: batch.state, records: batch.records };
    },
  );
}

/**
 * Why a batch cannot yet be said not to have been sent. A process that was frozen after its intent could
 * still send it; not when it has ended, or when every signature of that time is too old for the gateway: then
 * undefined.
 */
export async function whyNotReleasable(
  ledger: Pick<Ledger, 'senderAlive'>,
  { id, externalBatchId, sender, submittedAt }: BatchRow,
  now: Date,
): Promise<RunnerError | undefined> {
  const alive = await ledger.senderAlive(id);
  const age = now.getTime() - (submittedAt?.getTime() ?? 0);
  if (alive === 'dead' || (alive === 'unknown' && age > signatureValidMs)) return undefined;
  const who = sender === undefined ? 'the process' : `process ${sender.pid} on ${sender.host}`;
  return new RunnerError(
    'owner-alive',
    `Batch ${externalBatchId} was being sent by ${who}, which ${alive === 'alive' ? 'is alive' : 'may be alive'} and could still send it`,
    {
      hint: 'end that process, then repeat the command; if it cannot be running any more, add --owner-is-dead REASON',
    },
  );
}
