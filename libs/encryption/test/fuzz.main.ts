import { fuzzFromCommandLine } from '@enrollkit/testkit';
import { targets } from './fuzz-targets.ts';

// npm run fuzz -w @enrollkit/encryption -- --seconds 60 [--seed N]
process.stdout.write(await fuzzFromCommandLine(targets, process.argv.slice(2)));
