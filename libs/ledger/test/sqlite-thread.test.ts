import { openLedger, openSqliteLedger } from '@enrollkit/ledger';
import { ledgerSuite } from './ledger-suite.ts';
import { sqlitePlace } from './sqlite-place.ts';

// A clock that a test moves cannot be seen from another thread.
ledgerSuite('SQLite on a thread of its own', () =>
  sqlitePlace((path, timing) => (timing?.now === undefined ? openLedger : openSqliteLedger)(path, timing)),
);
