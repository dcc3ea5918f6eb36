import { updatedGroups, type ChangeKind, type FieldGroup } from '@enrollkit/enrollment';
import {
  DIGEST_BYTES,
  HASH_BYTES,
  KEY_BYTES,
  TWIN_BYTES,
  type CardOrigin,
  type NewChange,
} from '@enrollkit/ledger';
import type { HeldRow, SendableRecord } from '../load/compare.ts';
import type { DigestSlot } from '../load/digests.ts';

const updates = Object.entries(updatedGroups) as readonly [
  keyof typeof updatedGroups,
  readonly FieldGroup[],
][];

/** The kinds of request that bring a difference in these groups to the provider. */
export function updatesFor(groups: readonly FieldGroup[]): readonly ChangeKind[] {
  return updates.filter(([, of]) => of.some((group) => groups.includes(group))).map(([kind]) => kind);
}

/** The requests that a row needs beside its enrollment, if it is enrolled. */
export function changesOf(row: SendableRecord | HeldRow): readonly NewChange[] {
  if ('record' in row)
    return row.replaces === undefined
      ? []
      : [{ ...newChange(row, row.place.row, row.replaces), kind: 'delete-replaced', groups: [] }];
  const { unsent, changes: origin } = row;
  if (unsent === undefined || origin === undefined) return [];
  const groups = unsent.groups ?? [];
  const digests = slotOf(row.window.digests, row.index, DIGEST_BYTES);
  return updates
    .map(([kind, of]) => ({ kind, groups: of.filter((group) => groups.includes(group)) }))
    .filter((update) => update.groups.length > 0)
    .map((update) => ({
      ...newChange(row, row.place.row, origin),
      ...update,
      digests,
      ...(update.groups.includes('contact') && { contact: contactOf(row) }),
    }));
}

/** Who shares a contact is looked for; the card number stays what it is. */
function contactOf({ window, index }: DigestSlot): Uint8Array {
  return slotOf(window.twins, index, TWIN_BYTES).fill(0, HASH_BYTES * 2);
}

function newChange(
  { window, index }: DigestSlot,
  row: number,
  origin: CardOrigin,
): Pick<NewChange, 'row' | 'key' | 'origin'> {
  return { row, origin, key: slotOf(window.keys, index, KEY_BYTES) };
}

/** A copy: a view would take its whole window along to another thread. */
function slotOf(bytes: Uint8Array, index: number, width: number): Uint8Array {
  return Uint8Array.from(bytes.subarray(index * width, (index + 1) * width));
}
