import { describe } from 'vitest';
import type { NewPlace } from './place.ts';
import { browsingSuite } from './suite/browsing.ts';
import { changeSuite } from './suite/changes.ts';
import { lateRequestSuite } from './suite/late-requests.ts';
import { removalSuite } from './suite/removals.ts';
import { crashSuite } from './suite/crash.ts';
import { duplicateSuite } from './suite/duplicates.ts';
import { lockSuite } from './suite/lock.ts';
import { moveSuite } from './suite/transitions.ts';
import { purgeSuite } from './suite/purge.ts';
import { readingSuite } from './suite/reading.ts';
import { retrySuite } from './suite/retries.ts';
import { sendingSuite } from './suite/submissions.ts';
import { settlingSuite } from './suite/settlements.ts';
import { registerSuite } from './suite/register.ts';
import { registerUpkeepSuite } from './suite/register-upkeep.ts';
import { viewSuite } from './suite/records.ts';

/** What every implementation of the ledger must do: one body, run on each database for real. */
export function ledgerSuite(database: string, newPlace: NewPlace): void {
  describe(`the ledger on ${database}`, () => {
    for (const suite of [
      readingSuite,
      duplicateSuite,
      moveSuite,
      sendingSuite,
      settlingSuite,
      retrySuite,
      purgeSuite,
      registerSuite,
      registerUpkeepSuite,
      changeSuite,
      removalSuite,
      lateRequestSuite,
      lockSuite,
      viewSuite,
      browsingSuite,
      crashSuite,
    ])
      suite(newPlace);
  });
}
