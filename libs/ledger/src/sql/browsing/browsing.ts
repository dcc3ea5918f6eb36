import type { BrowsingPort } from '../../port/browsing.ts';
import type { Store } from '../store.ts';
import { batchBrowsing } from './batches.ts';
import { eventBrowsing } from './events.ts';
import { intakeBrowsing } from './intakes.ts';
import { recordBrowsing } from './records.ts';
import { rejectionBrowsing } from './rejections.ts';
import { timeBrowsing } from './times.ts';

/** The ledger page by page; nothing here needs the lock. */
export function browsingRepository(store: Store): BrowsingPort {
  return {
    ...intakeBrowsing(store),
    ...batchBrowsing(store),
    ...recordBrowsing(store),
    ...rejectionBrowsing(store),
    ...timeBrowsing(store),
    ...eventBrowsing(store),
  };
}
