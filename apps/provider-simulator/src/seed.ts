import { hash } from 'node:crypto';

/**
 * Seeded chance: a number in [0, 1) that depends on the seed and the labels only, never on how often or in
 * which order it was asked. So one seed replays one behaviour, whatever else runs beside it.
 */
export function chance(seed: number, ...labels: readonly (number | string)[]): number {
  const digest = hash('sha1', `${seed}\u0000${labels.join('\u0000')}`, 'buffer');
  return digest.readUIntBE(0, 6) / 2 ** 48;
}

/** The same items in an order that depends on the seed and the labels only (Fisher-Yates). */
export function shuffled<T>(items: readonly T[], seed: number, ...labels: readonly (number | string)[]): T[] {
  const order = [...items];
  let state = Math.floor(chance(seed, 'order', ...labels) * 2 ** 32) | 1;
  for (let last = order.length - 1; last > 0; last--) {
    state = Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + 0x9e3779b9;
    const other = (state >>> 0) % (last + 1);
    const moved = order[last] as T;
    order[last] = order[other] as T;
    order[other] = moved;
  }
  return order;
}
