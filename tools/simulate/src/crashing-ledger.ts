import type { Ledger } from '@enrollkit/ledger';
import type { SimulatedProcess } from './process.ts';

type Method = (...given: readonly unknown[]) => unknown;

/**
 * The ledger as one process sees it: every method takes a while, and the process may be killed before and
 * after each.
 */
export function crashingLedger(ledger: Ledger, proc: SimulatedProcess): Ledger {
  // However long the way in takes, whoever called first comes in first.
  let wayIn = Promise.resolve();
  const enter = (name: string): Promise<void> => (wayIn = wayIn.then(() => proc.step('ledger', name)));
  return new Proxy(ledger, {
    get: (target, name) => {
      const method: unknown = Reflect.get(target, name);
      if (typeof method !== 'function' || typeof name !== 'string') return method;
      return (...given: readonly unknown[]) => {
        const call = (): unknown => (method as Method).call(target, ...given);
        return streams.has(name)
          ? stepped(call() as AsyncIterable<unknown>, proc, name)
          : enter(name).then(() => callMethod(call, proc, name));
      };
    },
  });
}

const streams: ReadonlySet<string> = new Set([
  'records',
  'rejections',
  'events',
  'unsent',
  'history',
  'twins',
  'enrolledKeys',
  'changes',
] satisfies (keyof Ledger)[]);

async function callMethod(call: () => unknown, proc: SimulatedProcess, name: string): Promise<unknown> {
  const result = await proc.unlessKilled(Promise.resolve().then(call));
  await proc.step('ledger-done', name);
  return result;
}

async function* stepped(
  rows: AsyncIterable<unknown>,
  proc: SimulatedProcess,
  name: string,
): AsyncGenerator<unknown> {
  const iterator = rows[Symbol.asyncIterator]();
  for (;;) {
    await proc.step('ledger', name);
    const next = await proc.unlessKilled(iterator.next());
    if (next.done === true) return;
    yield next.value;
  }
}
