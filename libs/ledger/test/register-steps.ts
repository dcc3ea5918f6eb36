import type { CardOrigin, Ledger } from '@enrollkit/ledger';
import { minute, settleAll } from './builders.ts';
import { cards, digestsOf, digestsOfCard, keyOfCard, read, type Card } from './cards.ts';

/** Sends everything that is sealed; answers the batches. */
export async function submitAll(ledger: Ledger, intakeId: string): Promise<readonly number[]> {
  const due = await ledger.sendable(intakeId, minute(60), 1000);
  for (const { id } of due) {
    await ledger.recordIntent(id, minute(1));
    await ledger.recordReceipt(id, `provider-${id}`, minute(2));
  }
  return due.map(({ id }) => id);
}

/** Sends an intake to its end; the rows named are refused. */
export async function enroll(
  ledger: Ledger,
  intakeId: string,
  refused: readonly number[] = [],
): Promise<void> {
  for (const id of await submitAll(ledger, intakeId)) await settleAll(ledger, id, refused);
  await ledger.settleIntake(intakeId);
}

/** What the register says of one card: `unchanged`, `new`, or how it differs. */
export async function look(ledger: Ledger, card: Card, intakeId?: string) {
  const { unchanged, hits } = await ledger.lookUp({
    keys: keyOfCard(card),
    digests: digestsOf([card]),
    ...(intakeId !== undefined && { intakeId }),
  });
  return unchanged.length === 1 ? 'unchanged' : (hits[0] ?? 'new');
}

/** The same card with another contact and address. */
export const changed = (card: Card): Card => ({ ...card, fields: { address: 'second', contact: 'second' } });

/** The cards of an input that is enrolled. */
export async function enrolled(ledger: Ledger, count: number): Promise<readonly Card[]> {
  await read(ledger, 'first', { cards: cards(count) });
  await enroll(ledger, 'first');
  return cards(count);
}

/** Requests of an intake that are due, so many minutes after the start. */
export const due = (ledger: Ledger, id: string, at = 60) =>
  ledger.dueChanges(id, { now: minute(at), phase: 'after-batches', limit: 10 });

/** Where the register says that an enrolled card comes from, when a file brings other data of it. */
export async function originOf(ledger: Pick<Ledger, 'lookUp'>, card: Card): Promise<CardOrigin> {
  const { hits } = await ledger.lookUp({ keys: keyOfCard(card), digests: digestsOfCard(changed(card)) });
  const origin = hits[0]?.origin;
  if (origin === undefined) throw new Error('the register does not know the card');
  return origin;
}
