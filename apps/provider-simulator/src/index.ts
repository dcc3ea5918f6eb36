export { startSimulator } from './simulator.ts';
export type { Simulator, SimulatorOptions } from './options.ts';
export { manualClock, type Clock, type ManualClock } from './clock.ts';
export { faults, type FaultName } from './faults/faults.ts';
export { FaultRuleError, KeysDirectoryError, WorldFileError, type SimulatorErrorCode } from './errors.ts';
export { parseFaults, type FaultRule, type RuleReport } from './faults/fault-plan.ts';
export {
  pendingPan,
  reservedPans,
  type CardRefusal,
  type ReservedPan,
} from './families/shared/reserved-pans.ts';
export type { ErrorShape } from './gateway/errors.ts';
export type { DuplicatePolicy, Programme } from './families/shared/request-context.ts';
export type { ProviderKey } from './keys/provider-keys.ts';
export type { WorldRecord } from './world/world.ts';
export type { WorldSummary } from './world/world-index.ts';
