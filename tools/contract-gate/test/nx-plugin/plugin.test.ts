import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

import { describe, expect, test } from 'vitest';

import { createNodes, createNodesV2 } from '../../src/nx-plugin/index.ts';

const root = join(import.meta.dirname, '../../../..');

describe('the Nx plugin', () => {
  test('makes a project of each spec, and lets the generated code depend on it', async () => {
    const [glob, infer] = createNodesV2;
    expect(glob).toBe('specs/*/openapi.yaml');
    const nodes = await infer(
      ['specs/shop/openapi.yaml'],
      { command: 'gate' },
      { workspaceRoot: root, nxJsonConfiguration: {} },
    );
    const projects = nodes[0]?.[1].projects ?? {};
    expect(Object.keys(projects)).toEqual(['specs/shop', 'libs/contract']);
    expect(projects['specs/shop']).toMatchObject({
      name: 'spec-shop',
      targets: {
        lint: { command: 'gate lint specs/shop/openapi.yaml' },
        contract: { command: 'gate check specs/shop/openapi.yaml --base main' },
      },
    });
    expect(projects['libs/contract']).toMatchObject({
      implicitDependencies: ['spec-shop'],
      targets: { generate: { command: 'gate generate', outputs: ['{projectRoot}/src'] } },
    });
  });

  test('checks a contract again when the code of a project, a setting, the base, a tag, the index or the day is another', async () => {
    const [, infer] = createNodesV2;
    const nodes = await infer(
      ['specs/shop/openapi.yaml'],
      { base: 'origin/main', inputs: ['tool'] },
      { workspaceRoot: root, nxJsonConfiguration: {} },
    );
    expect(nodes[0]?.[1].projects?.['specs/shop']?.targets?.['contract']).toMatchObject({
      cache: true,
      inputs: [
        { input: 'default', projects: '*' },
        '{workspaceRoot}/contract-gate.yaml',
        '{workspaceRoot}/contract-exceptions.yaml',
        '{workspaceRoot}/tsconfig.json',
        { runtime: 'node -p "new Date().toISOString().slice(0, 10)"' },
        'tool',
        { runtime: 'git show-ref --head origin/main' },
        { runtime: 'git show-ref --head --tags' },
        { runtime: 'git diff --name-only' },
      ],
    });
  });

  test('verifies pacts once the consumers have written them', async () => {
    const [, infer] = createNodesV2;
    const nodes = await infer(
      ['specs/shop/openapi.yaml'],
      { command: 'gate', consumers: ['till'] },
      { workspaceRoot: root, nxJsonConfiguration: {} },
    );
    const projects = nodes[0]?.[1].projects ?? {};
    expect(projects['specs/shop']?.targets?.['contract']?.dependsOn).toContainEqual({
      projects: ['till'],
      target: 'pact',
    });
    expect(projects['libs/contract']?.targets?.['verify']).toMatchObject({
      command: 'gate verify',
      cache: true,
      dependsOn: [{ projects: ['till'], target: 'pact' }],
      inputs: expect.arrayContaining(['{workspaceRoot}/{apps,libs}/*/pacts/*.json']),
    });
  });

  test('goes by both names that Nx knows', () => {
    expect(createNodes).toBe(createNodesV2);
  });

  test('lets an edit of a spec reach exactly the projects above it', () => {
    const env = { ...process.env, NX_DAEMON: 'false', NX_ISOLATE_PLUGINS: 'false' };
    const affected = execFileSync(
      join(root, 'node_modules/.bin/nx'),
      ['show', 'projects', '--affected', '--files=specs/click-to-pay-enrollment/openapi.yaml', '--json'],
      { cwd: root, env, encoding: 'utf8' },
    );
    const names = JSON.parse(affected) as string[];
    expect(names).toEqual(
      expect.arrayContaining([
        'spec-click-to-pay-enrollment',
        'contract',
        'client',
        'provider-simulator',
        'batch-runner',
      ]),
    );
    expect(
      names.filter((name) =>
        [
          'encryption',
          'signing',
          'keys',
          'enrollment',
          'ledger',
          'contract-gate',
          'spec-credential-directory',
          'spec-runner',
        ].includes(name),
      ),
    ).toEqual([]);
  });
});
