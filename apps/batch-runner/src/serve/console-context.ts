import type { LoadedConfig } from '../config/load.ts';
import type { LedgerAccess } from './ledger-access.ts';
import type { Plans } from './plans/plans.ts';
import type { ProgressFeed } from './progress/feed.ts';

/** What the operations of the console's API work with. */
export interface ConsoleContext {
  readonly loaded: LoadedConfig;
  readonly ledger: LedgerAccess;
  readonly feed: ProgressFeed;
  readonly plans: Plans;
}
