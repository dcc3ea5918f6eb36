export { exitCodes, type ExitName } from './exit-codes.ts';
export { run } from './run.ts';
export { sampleBytes, sampleRows, writeSample, type SampleSettings } from './sample/index.ts';
