import { ledgerSuite } from './ledger-suite.ts';
import { sqlitePlace } from './sqlite-place.ts';

ledgerSuite('SQLite', () => sqlitePlace());
