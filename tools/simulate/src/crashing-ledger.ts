import type { Ledger } from '@enrollkit/ledger';
import type { Life } from './process.ts';

type Verb = (...given: readonly unknown[]) => unknown;

/** The ledger as one process sees it: every verb takes a while, and the process may die before and after each. */
export function mortalLedger(ledger: Ledger, life: Life): Ledger {
  // However long the way in takes, whoever called first comes in first.
  let wayIn = Promise.resolve();
  const enter = (name: string): Promise<void> => (wayIn = wayIn.then(() => life.step('ledger', name)));
  return new Proxy(ledger, {
    get: (target, name) => {
      const verb: unknown = Reflect.get(target, name);
      if (typeof verb !== 'function' || typeof name !== 'string') return verb;
      return (...given: readonly unknown[]) => {
        const call = (): unknown => (verb as Verb).call(target, ...given);
        return streams.has(name)
          ? stepped(call() as AsyncIterable<unknown>, life, name)
          : enter(name).then(() => verbOf(call, life, name));
      };
    },
  });
}

const streams: ReadonlySet<string> = new Set(['records', 'rejections', 'events'] satisfies (keyof Ledger)[]);

async function verbOf(call: () => unknown, life: Life, name: string): Promise<unknown> {
  const result = await life.outlive(Promise.resolve().then(call));
  await life.step('ledger-done', name);
  return result;
}

async function* stepped(rows: AsyncIterable<unknown>, life: Life, name: string): AsyncGenerator<unknown> {
  const iterator = rows[Symbol.asyncIterator]();
  for (;;) {
    await life.step('ledger', name);
    const next = await life.outlive(iterator.next());
    if (next.done === true) return;
    yield next.value;
  }
}
