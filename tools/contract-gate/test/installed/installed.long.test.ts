import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import { load } from 'js-yaml';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { packAll } from '../../../packaging/src/pack.ts';
import { root } from '../../../packaging/src/packages.ts';

/** The gate as strangers get it: from its tarball, in projects that know nothing of this repository. */

const folder = mkdtempSync(join(tmpdir(), 'enrollkit-gate-'));
let tarballs: readonly string[] = [];

beforeAll(() => {
  const all = packAll(join(folder, 'tarballs'));
  tarballs = ['libs/base', 'libs/schema-containment', 'tools/contract-gate'].map(
    (name) => all.get(name) ?? '',
  );
}, 600_000);
afterAll(() => rmSync(folder, { recursive: true }));

const spec = `openapi: 3.1.0
info: { title: Shop, version: 1.2.0, license: { name: MIT, identifier: MIT } }
servers: [{ url: 'https://shop.example' }]
security: []
paths:
  /orders:
    post:
      operationId: order
      summary: Order
      requestBody:
        required: true
        content: { application/json: { schema: { $ref: '#/components/schemas/Order' } } }
      responses: { '204': { description: done }, '400': { description: refused } }
components:
  schemas:
    Order: { type: object, properties: { note: { type: string, maxLength: 5 } } }
`;
const broken = spec
  .replace('note: {', 'remark: {')
  .replace('type: object,', 'type: object, required: [remark],');

interface Project {
  readonly cwd: string;
  run(
    command: string,
    env?: Readonly<Record<string, string>>,
  ): { readonly code: number; readonly out: string };
  write(file: string, text: string): void;
}

/** A repository with these files and the packed gate. */
function project(
  name: string,
  files: Readonly<Record<string, string>>,
  packages: readonly string[],
): Project {
  const cwd = join(folder, name);
  const write = (file: string, text: string): void => {
    mkdirSync(dirname(join(cwd, file)), { recursive: true });
    writeFileSync(join(cwd, file), text);
  };
  for (const [file, text] of Object.entries(files)) write(file, text);
  write('package.json', '{ "name": "stranger", "private": true, "type": "module" }');
  write('.gitignore', 'node_modules\n.nx\n');
  execFileSync(
    'npm',
    ['install', '--save-dev', '--prefer-offline', '--no-audit', '--no-fund', ...tarballs, ...packages],
    { cwd, stdio: 'pipe' },
  );
  const path = `${dirname(process.execPath)}:${process.env['PATH'] ?? ''}`;
  const run: Project['run'] = (command, env = {}) => {
    const { status, stdout, stderr } = spawnSync('bash', ['-e', '-c', command], {
      cwd,
      encoding: 'utf8',
      env: { ...process.env, PATH: path, CI: '', NX_DAEMON: 'false', NX_NO_CLOUD: 'true', ...env },
    });
    return { code: status ?? -1, out: stdout + stderr };
  };
  run('git init -q -b main && git add -A && git -c user.name=t -c user.email=t@example.com commit -qm First');
  return { cwd, run, write };
}

describe('a fresh Nx workspace with the one line of the README', () => {
  it('runs the target contract, shows what changed, and compares with the last release on main', () => {
    const readme = readFileSync(join(root, 'tools/contract-gate/README.md'), 'utf8');
    const [, line = ''] = /^(\{ "plugins".*\})$/m.exec(readme) ?? [];
    const settings = { analytics: false, neverConnectToCloud: true, ...(JSON.parse(line) as object) };
    const files = { 'nx.json': JSON.stringify(settings), 'specs/shop/openapi.yaml': spec };
    const { run, write } = project('nx', files, ['nx@23.2.1', '@nx/devkit@23.2.1']);
    const contract = 'npx nx affected -t contract --base=HEAD~1 --output-style=static';
    const first = run('npx nx run spec-shop:contract');
    expect([first.code, first.out]).toEqual([0, expect.stringContaining('nothing to compare with')]);
    run('git tag v1.2.0');
    write('specs/shop/openapi.yaml', spec.replace('maxLength: 5', 'maxLength: 9'));
    run('git -c user.name=t -c user.email=t@example.com commit -qam Wider');
    const unmoved = run(contract);
    expect([unmoved.code, unmoved.out]).toEqual([1, expect.stringContaining('should be 1.3.0 or later')]);
    write('specs/shop/openapi.yaml', spec.replace('maxLength: 5', 'maxLength: 9').replace('1.2.0', '1.3.0'));
    run('git -c user.name=t -c user.email=t@example.com commit -qam Moved');
    const moved = run(contract);
    expect([moved.code, moved.out]).toEqual([0, expect.stringContaining('the last release, v1.2.0')]);
    expect(moved.out).toContain('accepts all it did, and more');
  }, 600_000);
});

/** The steps of a workflow of examples/ci that are commands of the gate or of git. */
function stepsOf(workflow: string, job: string): readonly Step[] {
  const file = join(root, 'examples/ci/github/.github/workflows', workflow);
  const { jobs } = load(readFileSync(file, 'utf8')) as {
    readonly jobs: Readonly<Record<string, { readonly steps: readonly Step[] }>>;
  };
  return (jobs[job]?.steps ?? []).filter(({ run: step }) => step !== undefined && step !== 'npm ci');
}

/** A server of its own process that gives a file to whoever asks. Returns its address and what ends it. */
async function serve(file: string): Promise<{ readonly url: string; stop(): void }> {
  const program = `require('node:http').createServer((_, answer) => answer.end(require('node:fs').readFileSync(process.argv[1])))
    .listen(0, '127.0.0.1', function () { console.log(this.address().port) })`;
  const server = spawn(process.execPath, ['-e', program, file], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [port] = (await once(server.stdout, 'data')) as [Buffer];
  return { url: `http://127.0.0.1:${String(port).trim()}/openapi.yaml`, stop: () => server.kill() };
}

interface Step {
  readonly name?: string;
  readonly run?: string;
  readonly if?: string;
}

describe("a stranger's project with the workflow of examples/ci", () => {
  it('goes from install to a posted report that names the line, when the change hits the client', () => {
    const client = `import createClient from 'openapi-fetch';
import type { paths } from './api.ts';

const api = createClient<paths>({ baseUrl: 'https://shop.example' });
export const order = () => api.POST('/orders', { body: { note: 'hello' } });
`;
    const files = { 'specs/shop/openapi.yaml': spec, 'src/client.ts': client };
    const { cwd, run, write } = project('stranger', files, [
      'openapi-typescript@7.13.0',
      'openapi-fetch@0.17.0',
      'typescript@5.9.3',
    ]);
    expect(run('npx openapi-typescript specs/shop/openapi.yaml -o src/api.ts').code).toBe(0);
    run(
      'git add -A && git -c user.name=t -c user.email=t@example.com commit -qm Types && git switch -qc change',
    );
    write('specs/shop/openapi.yaml', broken);
    // What stands at the pull request in the end is what gh was given.
    write('bin/gh', '#!/bin/sh\ncp "$5" posted.md\n');
    run('chmod +x bin/gh');
    const steps = stepsOf('contract.yml', 'contract');
    const env = {
      SPEC: 'specs/shop/openapi.yaml',
      BASE: 'main',
      PULL: '1',
      PATH: `${cwd}/bin:${dirname(process.execPath)}:${process.env['PATH'] ?? ''}`,
    };
    const codes: Record<string, number> = {};
    let failed = false;
    for (const step of steps) {
      if (failed && step.if === undefined) continue;
      const { code } = run(step.run ?? '', env);
      codes[step.name ?? ''] = code;
      failed ||= code !== 0;
    }
    expect(codes).toMatchObject({
      'The change breaks nothing': 1,
      'The change hits nobody': 1,
      'The report is written': 0,
      'The report stands at the pull request': 0,
    });
    expect(readFileSync(join(cwd, 'posted.md'), 'utf8')).toContain('src/client.ts:5');
  }, 600_000);
});

describe("a stranger's project with the workflows for the night and for deployments", () => {
  it("fetches the provider's document, passes while it is the one in use, and posts what broke", async () => {
    const { cwd, run, write } = project('nightly', { 'specs/shop/openapi.yaml': spec }, ['typescript@5.9.3']);
    write('provider.yaml', spec);
    const { url, stop } = await serve(join(cwd, 'provider.yaml'));
    try {
      const pulled = {
        url,
        spec: 'specs/shop/openapi.yaml',
        to: 'specs/shop/provider.yaml',
        allowPrivate: true,
      };
      write('contract-gate.yaml', JSON.stringify({ pull: [pulled], source: { include: [] } }));
      write('bin/gh', '#!/bin/sh\ncp "$6" posted.md\n');
      run('chmod +x bin/gh');
      const [pull, post] = stepsOf('contract-nightly.yml', 'pull').map(({ run: step = '' }) => step);
      const env = { PATH: `${cwd}/bin:${dirname(process.execPath)}:${process.env['PATH'] ?? ''}` };
      expect(run(pull ?? '', env)).toMatchObject({ code: 0 });
      write('provider.yaml', broken);
      expect(run(pull ?? '', env)).toMatchObject({ code: 1 });
      expect(run(post ?? '', env)).toMatchObject({ code: 0 });
      expect(readFileSync(join(cwd, 'posted.md'), 'utf8')).toContain('the new property remark is required');
    } finally {
      stop();
    }
  }, 600_000);

  it('deploys a version only once the matrix in git has its verification, and records where it went', () => {
    const { run, write } = project('deploy', { 'specs/shop/openapi.yaml': spec }, []);
    const pact = {
      consumer: { name: 'till' },
      provider: { name: 'shop' },
      interactions: [
        {
          description: 'an order',
          request: { method: 'POST', path: '/orders', body: { note: 'hello' } },
          response: { status: 204 },
        },
      ],
    };
    write('pacts/till-shop.json', JSON.stringify(pact));
    const npx = 'npx -p @enrollkit/contract-gate contract-gate';
    const [ask = '', record = '', commit = ''] = stepsOf('contract-deploy.yml', 'ask').map(
      ({ run: step = '' }) => step,
    );
    const env = { PARTICIPANT: 'till', VERSION: '1', ENVIRONMENT: 'production' };
    expect(run(`${npx} record pacts pacts/till-shop.json --version 1`)).toMatchObject({ code: 0 });
    expect(run(ask, env)).toMatchObject({ code: 1 });
    run(`${npx} record deployment --participant shop --version 9 --environment production`);
    const verified = `${npx} record verification --consumer till --consumer-version 1 --provider shop --provider-version 9 --result success`;
    expect(run(verified)).toMatchObject({ code: 0 });
    expect(run(ask, env)).toMatchObject({ code: 0 });
    expect(run(record, env)).toMatchObject({ code: 0 });
    run(
      'git init -q --bare ../remote.git && git remote add origin ../remote.git && git push -qu origin main',
    );
    run('git config user.name t && git config user.email t@example.com');
    expect(run(commit, env)).toMatchObject({ code: 0 });
    expect(run('git show origin/main:contracts/matrix.json').out).toContain('"production"');
  }, 600_000);
});
