export { exitCodes, type ExitName } from './exit-codes.ts';
export { runProcess } from './command-line.ts';
export { sampleBytes, sampleRows, writeSample, type SampleSettings } from './sample/index.ts';
