/**
 * What the process's exit code means. The README's table is made of these lines; scripts rely on the numbers.
 */
export const exitCodes = {
  allEnrolled: { code: 0, meaning: 'all records enrolled; the command did what it was asked' },
  internal: { code: 1, meaning: 'internal error: a defect of Enrollkit' },
  usage: { code: 2, meaning: 'usage, configuration or input that cannot be used; nothing was sent' },
  someFailed: {
    code: 3,
    meaning: 'finished, with rows that were rejected, refused or have changed since they were enrolled',
  },
  stopped: {
    code: 4,
    meaning: 'stopped and resumable: deadline, access denied, enrollkit stop, disk full, or work left',
  },
  unknown: { code: 5, meaning: 'batches in state unknown need a decision (enrollkit resolve)' },
  limitPassed: { code: 6, meaning: 'more records failed than limits tolerates: 5 % by default; resumable' },
  differs: { code: 7, meaning: 'a check found differences (enrollkit reconcile, refresh, ledger verify)' },
  interrupted: { code: 130, meaning: 'interrupted by SIGINT; resumable' },
  terminated: { code: 143, meaning: 'terminated by SIGTERM; resumable' },
} as const;

/** A key of the table. */
export type ExitName = keyof typeof exitCodes;
