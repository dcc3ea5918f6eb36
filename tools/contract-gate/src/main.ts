#!/usr/bin/env -S node --max-semi-space-size=8
// The flag keeps V8 from letting garbage pile up: a tenth less memory at the peak of the diff of two large
// documents.
import { oldNodeMessage } from '@enrollkit/base';

const tooOld = oldNodeMessage('contract-gate', [22, 0], process.versions.node);
if (tooOld === undefined) {
  const { runCli } = await import('./cli.ts');
  process.exitCode = await runCli(process.argv.slice(2), {
    voice: {
      out: (text) => void process.stdout.write(text),
      err: (text) => void process.stderr.write(text),
    },
    cwd: process.cwd(),
  });
} else {
  process.stderr.write(tooOld);
  process.exitCode = 2;
}
