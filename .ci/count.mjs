// Counts vitest's JSON results of one or more runs; a failed step before the tests counts as one failure, and
// so does a run without tests.
import { existsSync, readFileSync } from 'node:fs';

const [status = '1', ...files] = process.argv.slice(2);
let passed = 0;
let failed = 0;
for (const file of files) {
  if (!existsSync(file)) {
    failed += 1;
    continue;
  }
  const results = JSON.parse(readFileSync(file, 'utf8'));
  // A suite that fails to load has no failed test of its own.
  const brokenFiles = results.testResults.filter(
    (suite) => suite.status === 'failed' && !suite.assertionResults.some((test) => test.status === 'failed'),
  );
  passed += results.numPassedTests;
  failed += results.numFailedTests + brokenFiles.length;
}
const good = status === '0' && failed === 0 && passed > 0;
console.log(`${passed} passed, ${good ? 0 : Math.max(failed, 1)} failed`);
process.exit(good ? 0 : 1);
