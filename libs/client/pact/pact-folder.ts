import {
  existsSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  interface ProvidedContext {
    /** Where this run writes its pacts. */
    readonly pactFolder: string;
  }
}

interface Pact {
  readonly interactions: readonly { readonly description: string }[];
}

/** The pacts that are kept with the sources. */
const keptFolder = join(import.meta.dirname, '..', 'pacts');

interface Run {
  readonly project: TestProject;
  readonly folder: string;
}

let run: Run | undefined;

/** Gives each run an empty folder, so that no interaction outlives its test. */
export function setup(project: TestProject): void {
  const folder = mkdtempSync(join(tmpdir(), 'enrollkit-pacts-'));
  project.provide('pactFolder', folder);
  run = { project, folder };
}

/**
 * After a whole run in which all passed, the interactions are counted against the tests, and the pacts take
 * the place of those kept before; where `CI` is set they must equal them.
 */
export function teardown(): void {
  if (!run) return;
  const { project, folder } = run;
  try {
    const tests = testsOf(project);
    if (tests === 'partial') return;
    const pacts = readdirSync(folder).map((name) => ({
      name,
      text: readFileSync(join(folder, name), 'utf8'),
    }));
    checkComplete(
      pacts.map(({ text }) => JSON.parse(text) as Pact),
      tests,
    );
    if (process.env['CI']) checkKept(pacts);
    else keep(pacts);
  } catch (error) {
    // vitest prints what a teardown throws, and ends well all the same.
    process.exitCode = 1;
    throw error;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

interface PactFile {
  readonly name: string;
  readonly text: string;
}

/** How many tests passed; `partial` when not all of them did, or not all were run. */
function testsOf(project: TestProject): number | 'partial' {
  const modules = project.vitest.state.getTestModules().filter((module) => module.project === project);
  const tests = modules.flatMap((module) => [...module.children.allTests()]);
  const files = globSync('*.pact.test.ts', { cwd: import.meta.dirname });
  const whole = modules.length === files.length && tests.every((test) => test.result().state === 'passed');
  return whole ? tests.length : 'partial';
}

function checkComplete(pacts: readonly Pact[], tests: number): void {
  const descriptions = pacts.flatMap(({ interactions }) =>
    interactions.map(({ description }) => description),
  );
  const twice = descriptions.filter((description, index) => descriptions.indexOf(description) !== index);
  if (twice.length > 0) throw new Error(`two interactions are described alike: ${twice.join('; ')}`);
  if (descriptions.length !== tests)
    throw new Error(
      `${tests} tests passed, but the pacts hold ${descriptions.length} interactions: one was lost or overwritten`,
    );
}

function checkKept(pacts: readonly PactFile[]): void {
  const kept = existsSync(keptFolder) ? readdirSync(keptFolder) : [];
  const drifted = pacts
    .filter(({ name, text }) => !kept.includes(name) || readFileSync(join(keptFolder, name), 'utf8') !== text)
    .map(({ name }) => name);
  const stale = kept.filter((name) => !pacts.some((pact) => pact.name === name));
  if (drifted.length + stale.length > 0)
    throw new Error(
      `the kept pacts are not what the tests say (${[...drifted, ...stale].join(', ')}): run \`npm run pact -w @enrollkit/client\` and commit libs/client/pacts`,
    );
}

function keep(pacts: readonly PactFile[]): void {
  mkdirSync(keptFolder, { recursive: true });
  for (const name of readdirSync(keptFolder))
    if (!pacts.some((pact) => pact.name === name)) rmSync(join(keptFolder, name));
  for (const { name, text } of pacts) {
    // By renaming, so that who reads the pacts meanwhile reads a whole one.
    writeFileSync(join(keptFolder, `.${name}`), text);
    renameSync(join(keptFolder, `.${name}`), join(keptFolder, name));
  }
}
