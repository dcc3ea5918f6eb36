import { validateEnrollmentData } from '@enrollkit/contract/click-to-pay-enrollment';
import type { PartMaker } from '@enrollkit/enrollment';
import { partMaker } from '../shared/parts.ts';
import { toEnrollmentConsumer } from './to-wire.ts';

/** What a record is in the data of a batch; a module of its own, so that threads load nothing else. */
export const partOf: PartMaker = partMaker(toEnrollmentConsumer, {
  list: 'cards',
  validate: validateEnrollmentData,
});
