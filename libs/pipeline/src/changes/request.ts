import type {
  CardAddress,
  ChangeResult,
  EnrollmentRecord,
  ProviderReason,
  SingleOperations,
  SubmitOptions,
} from '@enrollkit/enrollment';
import type { ChangeRow } from '@enrollkit/ledger';
import { reread } from '../load/reread.ts';
import type { SendContext } from '../send/context.ts';

/** What sends single requests, beside what everything that sends shares. */
export interface ChangeContext extends SendContext {
  readonly single: SingleOperations;
  /** Whether a card is deleted before the one that takes its place goes out. */
  readonly deletesFirst: boolean;
}

/**
 * What is to be done with a change: a request to be sent; an end without one; `wait`, for something else is
 * to happen first; or `input`, for its row must be read again and the input is not there.
 */
export type ChangeRequest =
  | { readonly kind: 'send'; readonly send: (options: SubmitOptions) => Promise<ChangeResult> }
  | { readonly kind: 'end'; readonly state: 'done' | 'dropped' | 'refused'; readonly reason: ProviderReason }
  | { readonly kind: 'wait' }
  | { readonly kind: 'input' };

/** The request of a change, with the data of its row read again from the input. */
export async function requestOf(change: ChangeRow, context: ChangeContext): Promise<ChangeRequest> {
  const { single, deletesFirst } = context;
  const { address, kind } = change;
  if (address === undefined)
    return end('refused', 'ADDRESS_UNKNOWN', 'nothing is known any more of this card');
  switch (kind) {
    case 'update-profile':
      return withRow({ change, address, context }, ({ consumer }, options) =>
        single.updateProfile(address, consumer, options),
      );
    case 'update-card':
      return withRow({ change, address, context }, ({ card }, options) =>
        single.updateCard(address, card.billingAddress, options),
      );
    case 'delete-profile':
      return { kind: 'send', send: (options) => single.deleteProfile(address, options) };
    case 'delete-card': {
      // A row of its own asked for it: the cardholder's opt-out. Otherwise the issuer's file has the card no
      // more.
      const by = change.place === undefined ? 'issuer' : 'cardholder';
      return {
        kind: 'send',
        send: (options) => single.deleteCard(address, { because: 'other', by }, options),
      };
    }
    case 'delete-replaced':
      return (
        (deletesFirst && change.successor?.state === 'sealed'
          ? undefined
          : withSuccessor(change, single)) ?? {
          kind: 'send',
          send: (options) => single.deleteCard(address, { because: 'other', by: 'issuer' }, options),
        }
      );
  }
}

/**
 * What the card that takes the place of another says of the deletion of that one; undefined when it may be
 * deleted. It must be enrolled, and it must surely be another one at the provider: a cardholder is never left
 * without a card.
 */
function withSuccessor(
  { successor, address }: ChangeRow,
  { cardsAreNamedBy }: SingleOperations,
): ChangeRequest | undefined {
  if (successor === undefined || successor.state === 'failed')
    return end('dropped', 'NOT_REPLACED', 'the new card was not enrolled; the old one stays');
  if (successor.state === 'sealed' || successor.state === 'open') return { kind: 'wait' };
  const sameId =
    successor.providerCardId !== undefined && successor.providerCardId === address?.providerCardId;
  if (cardsAreNamedBy === 'external-id' || sameId)
    return end('done', 'REPLACED_IN_PLACE', 'the provider keeps the new card under the id of the old one');
  if (successor.providerCardId === undefined)
    return end(
      'refused',
      'NEW_ID_UNKNOWN',
      "the provider's id of the new card is not known; the old one stays",
    );
  return undefined;
}

async function withRow(
  {
    change: { place },
    address,
    context: { openInput },
  }: { readonly change: ChangeRow; readonly address: CardAddress; readonly context: ChangeContext },
  send: (record: EnrollmentRecord, options: SubmitOptions) => Promise<ChangeResult>,
): Promise<ChangeRequest> {
  if (openInput === undefined || place === undefined) return { kind: 'input' };
  const [row] = await reread([{ ...address, place }], await openInput());
  return row === undefined
    ? { kind: 'input' }
    : { kind: 'send', send: (options) => send(row.record, options) };
}

function end(state: 'done' | 'dropped' | 'refused', code: string, message: string): ChangeRequest {
  return { kind: 'end', state, reason: { httpStatus: 0, code, message, origin: 'transport' } };
}
