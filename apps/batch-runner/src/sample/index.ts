export { sampleColumns, type SampleFields, type SampleSettings } from './fields.ts';
export { sampleRows, type SampleRow } from './rows.ts';
export type { InvalidRowKind } from './invalid-rows.ts';
export { sampleBytes, writeSample, type ExpectedRejection } from './write.ts';
