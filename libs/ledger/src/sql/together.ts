/**
 * Waits for statements that do not depend on each other's answers, so that they may travel together. Waits
 * for all of them, whichever fail, and then throws what the first of them threw: none may run on when the
 * transaction is undone.
 */
export async function together<const T extends readonly Promise<unknown>[]>(
  ...statements: T
): Promise<{ readonly [K in keyof T]: Awaited<T[K]> }> {
  for (const result of await Promise.allSettled(statements))
    if (result.status === 'rejected') throw result.reason;
  return (await Promise.all(statements)) as { readonly [K in keyof T]: Awaited<T[K]> };
}
