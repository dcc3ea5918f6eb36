export { generateContracts } from './codegen/generate.ts';
export { type Drift, driftOf, writeFiles } from './codegen/write.ts';
export { diffContracts } from './diff/diff.ts';
export { breaks, type ContractFinding, type FindingDirection, type Witness } from './diff/finding.ts';
export { type Level, nextVersion, type NextVersion } from './diff/version.ts';
export { type ExitCode, exitCodes } from './exit-codes.ts';
export {
  countOf,
  type Detail,
  type Finding,
  type Format,
  formatNames,
  type Report,
  type Severity,
  show,
} from './report/index.ts';
export { type Bundle, loadBundle } from './spec/bundle.ts';
export { SpecError, type SpecErrorCode } from './spec/errors.ts';
export { loadSpec, parseSpec, type Spec } from './spec/load.ts';
export type { Place } from './spec/place.ts';
export { plainView } from './view/plain-view.ts';
export { type Config, loadConfig } from './config/config.ts';
export { hits, type Impact, impactOf } from './impact/impact.ts';
export { canIDeploy } from './matrix/can-i-deploy.ts';
export { type Matrix, MatrixStore } from './matrix/matrix.ts';
export { loadPacts, type Pact, parsePact } from './pact/pact.ts';
export { type Reliance, relianceOn } from './reliance/reliance.ts';
export { verifyPact } from './verify/verify.ts';
