import { bodyRows } from './operation-rows/bodies.ts';
import { dialectRows } from './operation-rows/dialects.ts';
import { invertedRows } from './operation-rows/inverted.ts';
import { newestRows } from './operation-rows/newest.ts';
import { oneWayRows } from './operation-rows/one-way.ts';
import { parameterRows } from './operation-rows/parameters.ts';
import { pathRows } from './operation-rows/paths.ts';
import { responseRows } from './operation-rows/responses.ts';
import type { OperationRow } from './operation-rows/row.ts';
import { securityRows } from './operation-rows/security.ts';
import { discriminatorRows, variantRows } from './operation-rows/variants.ts';

/** Every row. */
export const operationRows: readonly OperationRow[] = [
  ...pathRows,
  ...parameterRows,
  ...bodyRows,
  ...responseRows,
  ...discriminatorRows,
  ...variantRows,
  ...securityRows,
  ...invertedRows,
  ...dialectRows,
  ...oneWayRows,
  ...newestRows,
];
