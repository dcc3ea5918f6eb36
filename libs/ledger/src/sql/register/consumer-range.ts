import { sql, type RawBuilder } from 'kysely';
import { CONSUMER_KEY_BYTES, KEY_BYTES } from '../../port/digests.ts';
import type { Dialect } from '../store.ts';

/**
 * The condition that an entry of the register belongs to a consumer: its keys begin alike, and stand side by
 * side.
 */
export function consumerRange(
  dialect: Dialect,
  consumerKey: Uint8Array,
  key: RawBuilder<unknown> = sql`register.k`,
): RawBuilder<boolean> {
  const border = (fill: number) => {
    const end = new Uint8Array(KEY_BYTES).fill(fill);
    end.set(consumerKey.subarray(0, CONSUMER_KEY_BYTES));
    return dialect.key(end);
  };
  return sql`${key} between ${border(0)} and ${border(255)}`;
}
