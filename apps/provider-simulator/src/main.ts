#!/usr/bin/env node
import { oldNodeMessage } from '@enrollkit/base';

const tooOld = oldNodeMessage('enrollkit-simulator', [24, 15], process.versions.node);
if (tooOld === undefined) {
  const { runCommand } = await import('./command.ts');
  const stopping = new AbortController();
  process.once('SIGINT', () => stopping.abort());
  process.once('SIGTERM', () => stopping.abort());
  process.exitCode = await runCommand(process.argv.slice(2), {
    out: (text) => process.stdout.write(text),
    err: (text) => process.stderr.write(text),
    stop: stopping.signal,
  });
} else {
  process.stderr.write(tooOld);
  process.exitCode = 2;
}
