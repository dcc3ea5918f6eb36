import { composedRows } from './schema-rows/composed.ts';
import { equalRows } from './schema-rows/equal.ts';
import type { Row } from './schema-rows/row.ts';
import { numberRows, stringRows, typeRows, valueRows } from './schema-rows/scalars.ts';
import { arrayRows, objectRows } from './schema-rows/structures.ts';

/** Every row. */
export const schemaRows: readonly Row[] = [
  ...typeRows,
  ...valueRows,
  ...numberRows,
  ...stringRows,
  ...arrayRows,
  ...objectRows,
  ...composedRows,
  ...equalRows,
];
