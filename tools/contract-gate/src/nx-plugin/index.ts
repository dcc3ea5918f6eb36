import { existsSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';

import {
  type CreateNodesResult,
  type CreateNodesV2,
  createNodesFromFiles,
  type TargetConfiguration,
} from '@nx/devkit';

/** Options of the plugin in `nx.json`; each has a default. */
export interface ContractGateOptions {
  /** How to run the CLI. */
  readonly command?: string;
  /** Root of the project that holds the generated code. */
  readonly contract?: string;
  /** The branch that specs are compared with, unless `NX_BASE` says another. */
  readonly base?: string;
  /** Projects with a target `pact` that writes their pacts; it runs before these are verified. */
  readonly consumers?: readonly string[];
  /** What the CLI's results depend on besides specs. */
  readonly inputs?: TargetConfiguration['inputs'];
}

type Settings = Required<ContractGateOptions>;
type Inputs = Settings['inputs'] & object;

/** Accepted exceptions end on a day. */
const today = { runtime: `node -p "new Date().toISOString().slice(0, 10)"` };

const defaults: Settings = {
  command: 'contract-gate',
  contract: 'libs/contract',
  base: 'main',
  consumers: [],
  inputs: [{ externalDependencies: ['@enrollkit/contract-gate'] }],
};

/**
 * Every `specs/<name>/openapi.yaml` is a project `spec-<name>` with targets `lint`, `diff`, `impact`,
 * `version` and `contract` (all of them, and whether pacts and generated code fit), and the project of
 * generated code depends on it. Nothing is to be registered by hand when a spec is added.
 */
export const createNodesV2: CreateNodesV2<ContractGateOptions> = [
  'specs/*/openapi.yaml',
  (files, options, context) =>
    createNodesFromFiles(
      (file) => nodesOf(file, { ...defaults, ...options }, context.workspaceRoot),
      files,
      options,
      context,
    ),
];

/** The same under the name that newer versions of Nx look for. */
export const createNodes = createNodesV2;

/**
 * The projects that one spec file makes, or adds to. Without a project of generated code there is only the
 * spec's.
 */
export function nodesOf(file: string, settings: Settings, workspaceRoot: string): CreateNodesResult {
  const root = dirname(file).replaceAll('\\', '/');
  const name = `spec-${posix.basename(root)}`;
  const spec = {
    name,
    root,
    projectType: 'library' as const,
    sourceRoot: root,
    targets: specTargets(`${root}/openapi.yaml`, settings),
  };
  const isProject = ['package.json', 'project.json'].some((marker) =>
    existsSync(join(workspaceRoot, settings.contract, marker)),
  );
  if (!isProject) return { projects: { [root]: spec } };
  return {
    projects: {
      [root]: spec,
      [settings.contract]: {
        root: settings.contract,
        implicitDependencies: [name],
        targets: contractTargets(settings),
      },
    },
  };
}

function specTargets(spec: string, settings: Settings): Record<string, TargetConfiguration> {
  const base = process.env.NX_BASE ?? settings.base;
  const inputs: Inputs = ['{projectRoot}/**/*', today, ...(settings.inputs ?? [])];
  // What stands at the base is not a file of the workspace: its hash is an input of its own.
  const against: Inputs = [...inputs, { runtime: `git rev-parse ${base}:${spec}` }];
  return {
    lint: target(`${settings.command} lint ${spec}`, inputs),
    diff: target(`${settings.command} diff ${base}:./${spec} ${spec}`, against),
    version: target(`${settings.command} version ${base}:./${spec} ${spec}`, against),
    impact: { ...target(`${settings.command} impact ${base}:./${spec} ${spec}`, against), cache: false },
    // One task, so that what changed is shown when it passes, too.
    contract: {
      ...target(`${settings.command} check ${spec} --base ${base}`, everything(base, settings)),
      dependsOn: settings.consumers.map((project) => ({ projects: [project], target: 'pact' })),
    },
  };
}

/**
 * What `check` reads: the code of all projects; the revision that it compares with, which on the base is the
 * last release; and which pacts differ from git's index.
 */
function everything(base: string, settings: Settings): Inputs {
  const git = [`show-ref --head ${base}`, 'show-ref --head --tags', 'diff --name-only'];
  return [
    { input: 'default', projects: '*' },
    '{workspaceRoot}/contract-gate.yaml',
    '{workspaceRoot}/contract-exceptions.yaml',
    '{workspaceRoot}/tsconfig.json',
    today,
    ...(settings.inputs ?? []),
    ...git.map((asked) => ({ runtime: `git ${asked}` })),
  ];
}

function contractTargets(settings: Settings): Record<string, TargetConfiguration> {
  const inputs: Inputs = ['{workspaceRoot}/specs/*/openapi.yaml', ...(settings.inputs ?? [])];
  return {
    generate: { ...target(`${settings.command} generate`, inputs), outputs: ['{projectRoot}/src'] },
    generated: target(`${settings.command} generate --check`, [...inputs, '{projectRoot}/src/**/*']),
    verify: {
      ...target(`${settings.command} verify`, [
        ...inputs,
        '{workspaceRoot}/{apps,libs}/*/pacts/*.json',
        '{workspaceRoot}/contract-gate.yaml',
      ]),
      dependsOn: settings.consumers.map((project) => ({ projects: [project], target: 'pact' })),
    },
  };
}

function target(command: string, inputs: Inputs): TargetConfiguration {
  return { command, cache: true, inputs, options: { cwd: '{workspaceRoot}' } };
}
