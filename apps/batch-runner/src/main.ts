#!/usr/bin/env -S node --max-semi-space-size=8
// The flag keeps V8 from letting garbage pile up: a fifth less memory at the peak of a run, for a twentieth
// more CPU.
import module from 'node:module';
import { homedir } from 'node:os';
import { join } from 'node:path';

// Compiled code is kept for the next start, in a folder that belongs to the user alone: before anything else
// is loaded.
try {
  module.enableCompileCache(join(process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'enrollkit'));
} catch {
  // A user without a home, or an old Node: everything is compiled anew.
}
const { oldNodeMessage } = await import('@enrollkit/base');
const tooOld = oldNodeMessage('enrollkit', [24, 15], process.versions.node);
if (tooOld === undefined) {
  const { runProcess } = await import('./command-line.ts');
  process.exitCode = await runProcess(process.argv);
} else {
  process.stderr.write(tooOld);
  process.exitCode = 2;
}
