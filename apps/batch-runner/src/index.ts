export { exitCodes, type ExitName } from './exit-codes.ts';
export { runCommandLine } from './command-line.ts';
export { sampleBytes, sampleRows, writeSample, type SampleSettings } from './sample/index.ts';
