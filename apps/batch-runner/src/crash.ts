import { exitCodes, type ExitName } from './exit-codes.ts';

/**
 * Prints an uncaught error by `explain`, which masks what must not be seen, instead of by Node, which would
 * print the source line and every property of the error. An unhandled rejection counts too.
 */
export function watchForCrash(explain: (error: unknown) => ExitName): void {
  // A diagnostic report must not hold the environment.
  if (process.report !== undefined) process.report.excludeEnv = true;
  process.on('uncaughtException', (error) => {
    explain(error);
    process.exit(exitCodes.internal.code);
  });
}
