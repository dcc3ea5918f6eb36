export { generateContracts } from './codegen/generate.ts';
export { type Drift, driftOf, writeFiles } from './codegen/write.ts';
export { type ExitCode, exitCodes } from './exit-codes.ts';
export { SpecError, type SpecErrorCode } from './spec/errors.ts';
export { loadSpec, parseSpec, type Spec } from './spec/load.ts';
export type { Place } from './spec/place.ts';
