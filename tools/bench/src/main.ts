import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

/** Every bench, and what it compares. Each is a program of its own: `npm run bench NAME [ARGUMENT ...]`. */
const benches: Readonly<Record<string, string>> = {
  'start-up': 'CPU of commands that are called often, built',
  footprint: 'size, dependencies, import time, and one operation bundled, beside the official libraries',
  types: 'TypeScript checks a file with one operation, beside openapi-fetch with the generated paths',
  signing: 'one request signed, beside the official signer and node:crypto alone',
  encryption: 'seal and open, beside the official library, jose and node:crypto alone',
  reading: 'rows read and judged, beside csv-parse alone',
  ledger: 'records into the ledger and settled in it',
  'ledger-register': 'the register: bytes, look-up, search, claim and merge beside its size',
  changes: 'the plan of a full extract that differs in a half per cent of its rows from what is enrolled',
  run: 'whole runs against a provider that accepts at once, beside a peer without a ledger',
  console: 'a run that 50 people watch in the console, beside one that nobody watches',
  'contract-diff':
    'diff, lint and generate for a document of 2,000 operations, beside oasdiff, redocly and openapi-typescript',
  'many-hosts': 'one intake on PostgreSQL, a loader and workers under one rate',
};

// What is measured is what is published: built, not stripped of its types at every start.
const built = spawnSync('npx', ['nx', 'run', 'bench:build'], {
  stdio: ['ignore', 'ignore', 'inherit'],
  env: { ...process.env, NX_NO_CLOUD: 'true', NX_DAEMON: 'false' },
});
if (built.status !== 0) process.exit(1);

const [name, ...argv] = process.argv.slice(2);
const chosen = name === undefined ? Object.keys(benches) : [name];
for (const bench of chosen) {
  const what = benches[bench];
  if (what === undefined) {
    console.error(`there is no bench ${bench}; there are: ${Object.keys(benches).join(', ')}`);
    process.exit(2);
  }
  console.log(`\n${bench}: ${what}`);
  const { status } = spawnSync(
    process.execPath,
    ['--conditions=@enrollkit/source', join(import.meta.dirname, `${bench}.ts`), ...argv],
    { stdio: 'inherit' },
  );
  if (status !== 0) process.exitCode = 1;
}
