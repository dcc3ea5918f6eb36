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
    readonly contract: {
      readonly steps: readonly { readonly run?: string; readonly name?: string; readonly if?: string }[];
    };
  };
}

interface Deployment {
  readonly jobs: { readonly ask: { readonly steps: readonly { readonly run?: string }[] } };
}

interface Pipeline {
  readonly contract: { readonly script: readonly string[] };
}

const valueOf = <T>(file: string): T => parseSource(readFileSync(file, 'utf8'), file).value as unknown as T;

/**
 * What the pipeline uses of GitLab's language, after its reference. No package with the published schema was
 * found.
 */
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
    `#!/bin/sh\nshift 3\nexec "${process.execPath}" --conditions=@enrollkit/source "${main}" "$@"\n`,
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

  /**
   * Runs every step that is a plain command, as far as its `if` lets it after a failure, and stops before
   * posting.
   */
  async function runWorkflow(revision: string) {
    const { cwd, env } = await repository(revision);
    const steps = valueOf<Workflow>(workflowFile).jobs.contract.steps.filter(
      ({ run }) => run !== undefined && !run.startsWith('npm ') && !run.startsWith('gh '),
    );
    const codes: Record<string, number | null> = {};
    let failed = false;
    for (const { name = '', run = '', if: condition = '' } of steps) {
      if (failed && !/always\(\)|!cancelled\(\)/.test(condition)) continue;
      const { status } = spawnSync('bash', ['-e', '-c', run], { cwd, env, encoding: 'utf8' });
      codes[name] = status;
      failed ||= status !== 0;
    }
    return { codes, report: readFileSync(join(cwd, 'report.md'), 'utf8') };
  }

  test('the workflow passes a harmless change on a project without a configuration', async () => {
    const harmless = verified.replace('info: { title: Shop', 'info: { description: A shop, title: Shop');
    const { codes, report } = await runWorkflow(harmless);
    expect(Object.values(codes)).toEqual([0, 0, 0, 0, 0, 0]);
    expect(report).toContain('no consumer is hit');
  }, 120_000);

  test('the workflow reaches the report when the change hits somebody, and the report names the line', async () => {
    const { codes, report } = await runWorkflow(verified.replace('        note: {', '        remark: {'));
    expect(codes).toMatchObject({
      'The pacts ask for nothing that the contract forbids': 1,
      'The change hits nobody': 1,
      'The report is written': 0,
    });
    expect(report).toContain('libs/till/src/order.ts:6');
  }, 120_000);

  test('the pipeline writes the report when something breaks, and fails at its end', async () => {
    const { cwd, env } = await repository(verified.replace('        note: {', '        remark: {'));
    const { script } = valueOf<Pipeline>(pipelineFile).contract;
    const whole = spawnSync('bash', ['-e', '-c', script.join('\n')], {
      cwd,
      env: { ...env, COMMENT_TOKEN: '' },
      encoding: 'utf8',
    });
    expect(whole.status).toBe(1);
    expect(readFileSync(join(cwd, 'report.md'), 'utf8')).toContain('libs/till/src/order.ts:6');
    expect(JSON.parse(readFileSync(join(cwd, 'quality.json'), 'utf8'))).toBeInstanceOf(Array);
  }, 120_000);

  test('the workflows for the night and for deployments have the structure that GitHub asks for', () => {
    const check = new Ajv2020().compile(githubSchema);
    for (const name of ['contract-nightly.yml', 'contract-deploy.yml']) {
      const file = join(root, 'examples/ci/github/.github/workflows', name);
      expect([check(valueOf(file)), check.errors]).toEqual([true, null]);
    }
  });

  test('the steps of a deployment ask the matrix in git, and record what was deployed', async () => {
    const { cwd, env } = await repository(verified);
    const file = join(root, 'examples/ci/github/.github/workflows/contract-deploy.yml');
    const steps = valueOf<Deployment>(file).jobs.ask.steps.flatMap(({ run }) =>
      run?.startsWith('npx') ? [run] : [],
    );
    const variables = { PARTICIPANT: 'till', VERSION: '1', ENVIRONMENT: 'production' };
    const run = (step = '') =>
      spawnSync('bash', ['-e', '-c', step], { cwd, env: { ...env, ...variables }, encoding: 'utf8' });
    expect(run(steps[0]).status).toBe(1);
    expect(run(steps[1]).status).toBe(0);
    expect(readFileSync(join(cwd, 'contracts/matrix.json'), 'utf8')).toContain('"production"');
  }, 120_000);
});
