// Counts vitest's JSON results; a failed step before the tests counts as one failure, and so does a run of no tests.
import { existsSync, readFileSync } from 'node:fs';

const [file = '', status = '1'] = process.argv.slice(2);
const results = existsSync(file)
  ? JSON.parse(readFileSync(file, 'utf8'))
  : { numPassedTests: 0, numFailedTests: 0, numFailedTestSuites: 0 };
const passed = results.numPassedTests;
// A suite that fails to load has no failed test of its own.
const brokenFiles = (results.testResults ?? []).filter(
  (suite) => suite.status === 'failed' && !suite.assertionResults.some((test) => test.status === 'failed'),
).length;
const failed = results.numFailedTests + brokenFiles;
const good = status === '0' && failed === 0 && passed > 0;
console.log(`${passed} passed, ${good ? failed : Math.max(failed, 1)} failed`);
process.exit(good ? 0 : 1);
