export { generateContracts } from './codegen/generate.ts';
export { type Drift, driftOf, writeFiles } from './codegen/write.ts';
export { type ExitCode, exitCodes } from './exit-codes.ts';
export { countOf, type Detail, type Finding, type Format, formatNames, type Report, type Severity, show } from './report/index.ts';
export { SpecError, type SpecErrorCode } from './spec/errors.ts';
export { loadSpec, parseSpec, type Spec } from './spec/load.ts';
export type { Place } from './spec/place.ts';
export { plainView } from './view/plain-view.ts';
