import type { Ledger } from '@enrollkit/ledger';
import { NotificationInbox, type Notified } from '@enrollkit/pipeline';
import { actor } from '../audit.ts';
import type { LoadedConfig } from '../config/load.ts';
import type { Context } from '../context.ts';
import { openReceiver, type Receiver } from './receiver.ts';

/** A batch every record of which has its result. */
export type CompleteBatch = Extract<Notified, { readonly kind: 'complete' }>;

/** What a process does with a complete batch: as a rule, its poll is due and answered from the inbox. */
export type OnComplete = (
  batch: CompleteBatch,
  of: { readonly inbox: NotificationInbox; readonly ledger: Ledger },
) => Promise<void>;

/** What an open inbox belongs to. */
export interface InboxContext {
  readonly context: Context;
  readonly loaded: LoadedConfig;
  readonly ledger: Ledger;
}

/**
 * The inbox of a process, if it is configured to receive anything. Only Click to Pay is known to send
 * notifications.
 */
export function inboxFor({ context, loaded, ledger }: InboxContext): NotificationInbox | undefined {
  const { notifications, provider } = loaded.config;
  if (notifications.port === undefined) return undefined;
  if (provider.family === 'click-to-pay') return new NotificationInbox(ledger);
  context.terminal.warn(
    'notifications.port is set, and the Credential Directory is not known to send notifications: nothing is received',
    'every batch is polled; remove notifications.port',
  );
  return undefined;
}

/**
 * Receives notifications until it is closed; each batch that is complete goes into the audit trail and to
 * `onComplete`.
 */
export async function openInbox(
  { context, loaded, ledger }: InboxContext,
  inbox: NotificationInbox,
  onComplete: OnComplete = (batch, open) => open.inbox.deliver(batch, new Date()),
): Promise<Receiver> {
  const { port, proof } = loaded.config.notifications;
  const { terminal } = context;
  if (proof === 'none')
    terminal.warn(
      'notifications are believed without a proof: whoever reaches the port can say that a card is enrolled',
      'let only a proxy reach it that asks for the certificate of the provider, or set notifications.proof',
    );
  const receiver = await openReceiver(loaded, port ?? 0, {
    take: async (results) => {
      const notified = await inbox.receive(results, new Date());
      if (notified.kind !== 'complete') return notified.kind;
      const { batch, outcomes } = notified;
      await ledger.appendEvent({
        at: new Date(),
        actor: actor(),
        action: 'notification',
        intakeId: batch.intakeId,
        batchId: batch.id,
        detail: { externalBatchId: batch.externalBatchId, records: outcomes.length, proof },
      });
      await onComplete(notified, { inbox, ledger });
      return notified.kind;
    },
    refused: ({ message, hint }) => terminal.warn(`a notification was refused: ${message}`, hint),
    postponed: (error) =>
      terminal.warn(
        `a notification could not be taken: ${error instanceof Error ? error.message : 'unknown reason'}`,
        'its sender was asked to repeat it; a poll of the batch says the same',
      ),
  });
  terminal.note(`notifications are received at ${receiver.address}`);
  return receiver;
}
