import { sql, type RawBuilder } from 'kysely';
import { CONSUMER_KEY_BYTES, KEY_BYTES } from '../../port/digests.ts';
import type { Dialect } from '../store.ts';

/** The condition that an entry of the register belongs to a consumer: its keys begin alike, and stand side by side. */
export function consumerRange(dialect: Dialect, consumerKey: Uint8Array): RawBuilder<boolean> {
  const border = (fill: number) => {
    const key = new Uint8Array(KEY_BYTES).fill(fill);
    key.set(consumerKey.subarray(0, CONSUMER_KEY_BYTES));
    return dialect.key(key);
  };
  return sql`register.k between ${border(0)} and ${border(255)}`;
}
