import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, test } from 'vitest';

import { parseSource } from '../../src/spec/source.ts';
import { shopWorkspace } from '../impact/workspace.ts';
import { verified } from '../verify/pacts.ts';

const root = join(import.meta.dirname, '../../../..');
const main = join(root, 'tools/contract-gate/src/main.ts');
const workflowFile = join(root, 'examples/ci/github/.github/workflows/contract.yml');
const pipelineFile = join(root, 'examples/ci/gitlab/.gitlab-ci.yml');

interface Workflow {
  readonly jobs: {
    readonly contract: { readonly steps: readonly { readonly run?: string; readonly name?: string }[] };
  };
}

interface Pipeline {
  readonly contract: { readonly script: readonly string[] };
}

const valueOf = <T>(file: string): T => parseSource(readFileSync(file, 'utf8'), file).value as unknown as T;

/** What the pipeline uses of GitLab's language, after its reference. No package with the published schema was found. */
const gitlabSchema = {
  type: 'object',
  required: ['stages', 'contract'],
  additionalProperties: false,
  properties: {
    stages: { type: 'array', items: { type: 'string' } },
    contract: {
      type: 'object',
      required: ['script'],
      additionalProperties: false,
      properties: {
        stage: { type: 'string' },
        image: { type: 'string' },
        timeout: { type: 'string' },
        variables: { type: 'object', additionalProperties: { type: 'string' } },
        rules: {
          type: 'array',
          items: {
            type: 'object',
            additionalProperties: false,
            properties: {
              if: { type: 'string' },
              changes: { type: 'array', maxItems: 50, items: { type: 'string' } },
            },
          },
        },
        before_script: { type: 'array', items: { type: 'string' } },
        script: { type: 'array', minItems: 1, items: { type: 'string' } },
        artifacts: {
          type: 'object',
          additionalProperties: false,
          properties: {
            when: { enum: ['on_success', 'on_failure', 'always'] },
            paths: { type: 'array' },
            reports: { type: 'object', properties: { codequality: { type: 'string' } } },
          },
        },
      },
    },
  },
};

const text = { type: 'string' };
const texts = { type: 'object', additionalProperties: text };

/** What the workflows use of GitHub's language, after its reference. */
const githubSchema = {
  type: 'object',
  required: ['name', 'on', 'jobs'],
  additionalProperties: false,
  properties: {
    name: text,
    on: { type: 'object' },
    permissions: texts,
    concurrency: { type: 'object' },
    env: texts,
    jobs: {
      type: 'object',
      additionalProperties: {
        type: 'object',
        required: ['runs-on', 'steps'],
        additionalProperties: false,
        properties: {
          'runs-on': text,
          'timeout-minutes': { type: 'integer' },
          if: text,
          env: texts,
          permissions: texts,
          steps: {
            type: 'array',
            items: {
              type: 'object',
              oneOf: [{ required: ['run'] }, { required: ['uses'] }],
              additionalProperties: false,
              properties: {
                name: text,
                id: text,
                if: text,
                run: text,
                uses: text,
                with: { type: 'object' },
                env: texts,
                shell: text,
                'continue-on-error': { type: 'boolean' },
              },
            },
          },
        },
      },
    },
  },
};

/** A repository whose spec was changed on a branch; `npx` there runs this package. */
async function repository(revision: string): Promise<{ cwd: string; env: NodeJS.ProcessEnv }> {
  const cwd = await shopWorkspace(revision);
  for (const [name, text] of Object.entries({
    'valid/putOrder.request.json': '{ "colour": "RED", "encryptedCard": "a.b.c.d.e" }',
    'valid/putOrder.200.json': '{ "serial": 1, "state": "OPEN", "at": "2026-01-02T03:04:05Z" }',
    'valid/Card.json': '{ "primaryAccountNumber": "000000000000" }',
  })) {
    mkdirSync(join(cwd, 'specs/shop/examples/valid'), { recursive: true });
    writeFileSync(join(cwd, 'specs/shop/examples', name), text);
  }
  const git = (...argv: string[]) =>
    execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.com', ...argv], {
      cwd,
      stdio: 'pipe',
    });
  git('init', '-q', '-b', 'main');
  git('add', '.');
  git('commit', '-qm', 'base');
  writeFileSync(join(cwd, 'specs/shop/openapi.yaml'), revision);
  mkdirSync(join(cwd, 'bin'));
  writeFileSync(
    join(cwd, 'bin/npx'),
    `#!/bin/sh\nshift\nexec "${process.execPath}" --conditions=@enrollkit/source "${main}" "$@"\n`,
  );
  chmodSync(join(cwd, 'bin/npx'), 0o755);
  return {
    cwd,
    env: {
      ...process.env,
      PATH: `${join(cwd, 'bin')}:${process.env['PATH']}`,
      SPEC: 'specs/shop/openapi.yaml',
      BASE: 'main',
    },
  };
}

describe('the examples for CI', () => {
  test('the workflow has the structure that GitHub asks for, and a damaged one does not', () => {
    const check = new Ajv2020().compile(githubSchema);
    expect([check(valueOf(workflowFile)), check.errors]).toEqual([true, null]);
    const damaged = readFileSync(workflowFile, 'utf8').replace('runs-on:', 'run-on:');
    expect(check(parseSource(damaged, workflowFile).value)).toBe(false);
  });

  test('the pipeline has the structure that GitLab asks for', () => {
    const check = new Ajv2020().compile(gitlabSchema);
    expect([check(valueOf(pipelineFile)), check.errors]).toEqual([true, null]);
  });

  test('the steps of the workflow run, and tell a harmless change from one that hits somebody', async () => {
    const steps = valueOf<Workflow>(workflowFile).jobs.contract.steps.filter(({ run }) =>
      run?.startsWith('npx'),
    );
    expect(steps).toHaveLength(6);
    const run = async (revision: string, chosen: typeof steps) => {
      const { cwd, env } = await repository(revision);
      const said = chosen.map(({ run: step = '' }) =>
        spawnSync('bash', ['-e', '-c', step], { cwd, env, encoding: 'utf8' }),
      );
      return {
        codes: said.map(({ status }) => status),
        report: readFileSync(join(cwd, 'impact.md'), 'utf8'),
      };
    };
    const harmless = verified.replace('info: { title: Shop', 'info: { description: A shop, title: Shop');
    expect(await run(harmless, steps)).toEqual({
      codes: [0, 0, 0, 0, 0, 0],
      report: expect.stringContaining('no consumer is hit'),
    });
    const hit = verified.replace('        note: {', '        remark: {');
    expect(
      await run(
        hit,
        steps.filter(({ run: step }) => step?.includes(' impact ')),
      ),
    ).toEqual({ codes: [1], report: expect.stringContaining('libs/till/src/order.ts:7') });
  }, 120_000);

  test('the steps of the pipeline run', async () => {
    const { cwd, env } = await repository(verified);
    const { script } = valueOf<Pipeline>(pipelineFile).contract;
    const whole = spawnSync('bash', ['-e', '-c', script.join('\n')], {
      cwd,
      env: { ...env, COMMENT_TOKEN: '' },
      encoding: 'utf8',
    });
    expect([whole.status, whole.stderr]).toEqual([0, '']);
    expect(JSON.parse(readFileSync(join(cwd, 'quality.json'), 'utf8'))).toEqual([]);
  }, 120_000);
});
