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

/** The consumer whose pacts these are. */
export interface Consumer {
  /** The folder of its pact tests; `pacts` beside it keeps what they write. */
  readonly tests: string;
  /** As npm knows it. */
  readonly workspace: string;
}

/** What vitest calls before and after the pact tests of a consumer. */
export interface PactFolder {
  /** Gives each run an empty folder, so that no interaction outlives its test. */
  readonly setup: (project: TestProject) => void;
  /**
   * After a whole run in which all passed, the interactions are counted against the tests, and the pacts
   * take the place of those kept before; where `CI` is set they must equal them.
   */
  readonly teardown: () => void;
}

/** The folder that a consumer's pact tests write to. */
export function pactFolder(consumer: Consumer): PactFolder {
  let run: { readonly project: TestProject; readonly folder: string } | undefined;
  return {
    setup: (project) => {
      const folder = mkdtempSync(join(tmpdir(), 'enrollkit-pacts-'));
      project.provide('pactFolder', folder);
      run = { project, folder };
    },
    teardown: () => {
      if (!run) return;
      const { project, folder } = run;
      try {
        finish(project, folder, consumer);
      } catch (error) {
        // vitest prints what a teardown throws, and ends well all the same.
        process.exitCode = 1;
        throw error;
      } finally {
        rmSync(folder, { recursive: true });
      }
    },
  };
}

function finish(project: TestProject, folder: string, consumer: Consumer): void {
  const tests = testsOf(project, consumer);
  if (tests === 'partial') return;
  const pacts = readdirSync(folder).map((name) => ({ name, text: readFileSync(join(folder, name), 'utf8') }));
  checkComplete(
    pacts.map(({ text }) => JSON.parse(text) as Pact),
    tests,
  );
  if (process.env['CI']) checkKept(pacts, consumer);
  else keep(pacts, consumer);
}

/** The pacts that are kept with the sources. */
function keptFolderOf({ tests }: Consumer): string {
  return join(tests, '..', 'pacts');
}

interface PactFile {
  readonly name: string;
  readonly text: string;
}

/** How many tests passed; `partial` when not all of them did, or not all were run. */
function testsOf(project: TestProject, consumer: Consumer): number | 'partial' {
  const modules = project.vitest.state.getTestModules().filter((module) => module.project === project);
  const tests = modules.flatMap((module) => [...module.children.allTests()]);
  const files = globSync('*.pact.test.ts', { cwd: consumer.tests });
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

function checkKept(pacts: readonly PactFile[], consumer: Consumer): void {
  const keptFolder = keptFolderOf(consumer);
  const kept = existsSync(keptFolder) ? readdirSync(keptFolder) : [];
  const drifted = pacts
    .filter(({ name, text }) => !kept.includes(name) || readFileSync(join(keptFolder, name), 'utf8') !== text)
    .map(({ name }) => name);
  const stale = kept.filter((name) => !pacts.some((pact) => pact.name === name));
  if (drifted.length + stale.length > 0)
    throw new Error(
      `the kept pacts are not what the tests say (${[...drifted, ...stale].join(', ')}): run \`npm run pact -w ${consumer.workspace}\` and commit what it writes`,
    );
}

function keep(pacts: readonly PactFile[], consumer: Consumer): void {
  const keptFolder = keptFolderOf(consumer);
  mkdirSync(keptFolder, { recursive: true });
  for (const name of readdirSync(keptFolder))
    if (!pacts.some((pact) => pact.name === name)) rmSync(join(keptFolder, name));
  for (const { name, text } of pacts) {
    // By renaming, so that who reads the pacts meanwhile reads a whole one.
    writeFileSync(join(keptFolder, `.${name}`), text);
    renameSync(join(keptFolder, `.${name}`), join(keptFolder, name));
  }
}
