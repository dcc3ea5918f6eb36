import { exitCodes, type ExitName } from './exit-codes.ts';

/**
 * The last words of a process that dies of a defect: said by `explain`, which masks what must not be seen, instead of by
 * Node, which would show the source line and every property of the error. A promise that nobody waits for counts too.
 */
export function watchForCrash(explain: (error: unknown) => ExitName): void {
  // A diagnostic report, should somebody have it written, leaves the environment out.
  if (process.report !== undefined) process.report.excludeEnv = true;
  process.on('uncaughtException', (error) => {
    explain(error);
    process.exit(exitCodes.internal.code);
  });
}
