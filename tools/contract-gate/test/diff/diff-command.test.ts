import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { runCli } from '../../src/cli.ts';
import type { ContractFinding } from '../../src/diff/finding.ts';
import { answered, asked } from './api.ts';

let folder = '';

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'contract-gate-'));
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

function put(file: string, content: unknown): void {
  mkdirSync(dirname(join(folder, file)), { recursive: true });
  writeFileSync(join(folder, file), typeof content === 'string' ? content : JSON.stringify(content, null, 2));
}

async function gate(...argv: readonly string[]): Promise<{ code: number; out: string; err: string }> {
  let [out, err] = ['', ''];
  const code = await runCli(argv, {
    cwd: folder,
    voice: {
      out: (text) => {
        out += text;
      },
      err: (text) => {
        err += text;
      },
    },
  });
  return { code, out, err };
}

function git(...argv: readonly string[]): void {
  execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.com', ...argv], {
    cwd: folder,
    stdio: 'pipe',
  });
}

const wide = asked({ type: 'object', properties: { pan: { type: 'string' } } });
const narrow = asked({ type: 'object', properties: { pan: { type: 'string', maxLength: 3 } } });

async function findings(...argv: readonly string[]): Promise<ContractFinding[]> {
  const { out } = await gate('diff', ...argv, '--format', 'json');
  return (JSON.parse(out) as { changes: ContractFinding[] }).changes;
}

describe('contract-gate diff', () => {
  it('exits 1 when something breaks, and shows the value that proves it, the operation and the place', async () => {
    put('base.json', wide);
    put('revision.json', narrow);
    const { code, out } = await gate('diff', 'base.json', 'revision.json');
    expect(code).toBe(1);
    expect(out).toContain('request/max-length');
    expect(out).toMatch(/valid under the base, not under the revision: {"pan":".{4,}"}/);
    expect(out).toContain('hits: POST /things');
    expect(out).toMatch(/revision\.json:\d+:\d+/);
  });

  it('exits 0 when nothing breaks, and when nothing changed', async () => {
    put('base.json', narrow);
    put('revision.json', wide);
    expect((await gate('diff', 'base.json', 'revision.json')).code).toBe(0);
    const same = await gate('diff', 'base.json', 'base.json');
    expect([same.code, same.out.trim()]).toEqual([0, 'nothing changed']);
  });

  it('says why different words are no change', async () => {
    put('base.json', answered({ type: ['string', 'null'] }));
    put('revision.json', answered({ anyOf: [{ type: 'string' }, { type: 'null' }] }));
    const { code, out } = await gate('diff', 'base.json', 'revision.json');
    expect(code).toBe(0);
    expect(out).toContain('cleared because');
  });

  it('compares with a git revision', async () => {
    put('specs/x/openapi.json', wide);
    git('init', '-q', '-b', 'main');
    git('add', '.');
    git('commit', '-qm', 'wide');
    put('specs/x/openapi.json', narrow);
    expect((await gate('diff', 'main:specs/x/openapi.json', 'specs/x/openapi.json')).code).toBe(1);
    const missing = await gate('diff', 'nowhere:specs/x/openapi.json', 'specs/x/openapi.json');
    expect([missing.code, missing.err]).toEqual([
      3,
      expect.stringContaining('git has no nowhere:specs/x/openapi.json'),
    ]);
  });

  it('follows references into other files, from a file and from a git revision', async () => {
    const document = asked({ $ref: './schemas/thing.json#/Thing' });
    put('api/openapi.json', document);
    put('api/schemas/thing.json', {
      Thing: { type: 'object', properties: { v: { $ref: 'value.json' }, next: { $ref: '#/Thing' } } },
    });
    put('api/schemas/value.json', { type: 'string', maxLength: 9 });
    git('init', '-q', '-b', 'main');
    git('add', '.');
    git('commit', '-qm', 'nine');
    put('api/schemas/value.json', { type: 'string', maxLength: 5 });
    const { code, out } = await gate('diff', 'main:api/openapi.json', 'api/openapi.json');
    expect(code).toBe(1);
    expect(out).toMatch(/api\/schemas\/value\.json:\d+:\d+/);
    expect((await gate('diff', 'api/openapi.json', 'api/openapi.json')).code).toBe(0);
  });

  it('gives a finding the same id in every run', async () => {
    put('base.json', wide);
    put('revision.json', narrow);
    const ids = async (): Promise<string[]> =>
      (await findings('base.json', 'revision.json')).map(({ id }) => id);
    const first = await ids();
    expect(first).toEqual(await ids());
    expect(first[0]).toMatch(/^[0-9a-f]{12}$/);
  });

  it('lets a reviewed exception pass until its last day, and no longer', async () => {
    put('base.json', wide);
    put('revision.json', narrow);
    const [finding] = await findings('base.json', 'revision.json');
    const exception = (until: string): string =>
      `exceptions:\n  - id: ${finding?.id ?? ''}\n    reason: nobody sends more\n    who: Ada\n    until: ${until}\n`;
    put('contract-exceptions.yaml', exception('2999-12-31'));
    const passed = await gate('diff', 'base.json', 'revision.json');
    expect([passed.code, passed.out]).toEqual([
      0,
      expect.stringContaining('accepted: nobody sends more (Ada, until 2999-12-31)'),
    ]);
    put('contract-exceptions.yaml', exception('2020-01-01'));
    const late = await gate('diff', 'base.json', 'revision.json');
    expect([late.code, late.out]).toEqual([1, expect.stringContaining('expired on 2020-01-01')]);
    const clean = await gate('diff', 'base.json', 'base.json');
    expect(clean.code).toBe(1);
  });

  it.each([
    ['no list', 'nothing: here', /there is no list/],
    [
      'an entry without a reason',
      'exceptions:\n  - id: abc\n    who: Ada\n    until: 2999-01-01\n',
      /exceptions\.yaml:2:\d+: `reason` is missing/,
    ],
    [
      'a day that is none',
      'exceptions:\n  - {id: abc, reason: r, who: Ada, until: tomorrow}\n',
      /`until` is a day/,
    ],
  ])('refuses an exceptions file with %s', async (_, text, message) => {
    put('base.json', wide);
    put('exceptions.yaml', text);
    const { code, err } = await gate('diff', 'base.json', 'base.json', '--exceptions', 'exceptions.yaml');
    expect([code, err]).toEqual([3, expect.stringMatching(message)]);
  });

  it.each([
    ['a file that is not there', undefined, /cannot read the spec/],
    ['broken YAML', 'openapi: 3.1.0\npaths: [', /not valid YAML/],
    ['something else', '{"a": 1}', /is missing/],
    ['Swagger 2', 'swagger: "2.0"', /OpenAPI 3\.0, 3\.1 or 3\.2/],
    [
      'a reference that leads nowhere',
      'openapi: 3.1.0\npaths: {/a: {$ref: "#/nowhere"}}',
      /openapi\.yaml:2:\d+: the reference #\/nowhere leads nowhere/,
    ],
    [
      'a file that is not beside it',
      'openapi: 3.1.0\npaths: {/a: {$ref: "gone.yaml"}}',
      /the reference to gone\.yaml leads nowhere/,
    ],
  ])('exits 3 for %s and says where', async (_, text, message) => {
    put('base.json', wide);
    if (text !== undefined) put('openapi.yaml', text);
    const { code, err } = await gate('diff', 'base.json', 'openapi.yaml');
    expect([code, err]).toEqual([3, expect.stringMatching(message)]);
    expect(err).toContain('hint:');
  });

  it('A property that becomes readOnly in a request breaks, and a rule can make that a warning.', async () => {
    put('base.json', wide);
    put('revision.json', asked({ type: 'object', properties: { pan: { type: 'string', readOnly: true } } }));
    const strict = await gate('diff', 'base.json', 'revision.json');
    expect([strict.code, strict.out]).toEqual([1, expect.stringContaining('error   request/unsendable')]);
    put('contract-gate.yaml', 'rules: { request/unsendable: warning }\n');
    const lenient = await gate('diff', 'base.json', 'revision.json');
    expect([lenient.code, lenient.out]).toEqual([0, expect.stringContaining('warning request/unsendable')]);
  });

  it('exits 2 for a command line that makes no sense', async () => {
    expect((await gate('diff', 'only-one.yaml')).code).toBe(2);
  });

  it('shows names that only break generated code, and fails for them only when asked to', async () => {
    const named = (name: string): unknown => ({
      ...asked({ $ref: `#/components/schemas/${name}` }),
      components: { schemas: { [name]: { type: 'string' } } },
    });
    put('base.json', named('Old'));
    put('revision.json', named('New'));
    const lenient = await gate('diff', 'base.json', 'revision.json');
    expect([lenient.code, lenient.out]).toEqual([0, expect.stringContaining('sdk/schema-removed')]);
    expect((await gate('diff', 'base.json', 'revision.json', '--fail-on', 'sdk')).code).toBe(1);
  });
});

describe('contract-gate version', () => {
  it.each([
    { level: 'major', base: wide, revision: narrow, why: 'maxLength 3 was set' },
    { level: 'minor', base: narrow, revision: wide, why: 'accepts all it did, and more' },
    {
      level: 'patch',
      base: wide,
      revision: { ...wide, info: { title: 'other', version: '1' } },
      why: 'only words changed',
    },
    { level: 'none', base: wide, revision: wide, why: 'both are the same' },
    {
      level: 'major',
      base: { ...wide, components: { schemas: { Old: { type: 'string' } } } },
      revision: wide,
      why: 'the exported type Old is gone',
    },
  ])('says $level, because $why', async ({ level, base, revision, why }) => {
    put('base.json', base);
    put('revision.json', revision);
    const { code, out } = await gate('version', 'base.json', 'revision.json');
    expect([code, out.split('\n')[0]]).toEqual([0, level]);
    expect(out).toContain(why);
  });

  it.each(['openapi.json', 'base.json'])(
    'A keyword with a senseless value in %s is refused with file, line and column.',
    async (broken) => {
      put('base.json', wide);
      put('openapi.json', wide);
      put(broken, asked({ type: 'object', properties: { pan: { type: 'string', maxLength: 'many' } } }));
      const { code, err } = await gate('version', 'base.json', 'openapi.json');
      const place = new RegExp(`^error: ${broken}:([0-9]+):([0-9]+): `).exec(err);
      expect([code, place === null ? err : Number(place[1]) > 1]).toEqual([3, true]);
    },
  );

  it('names the next version', async () => {
    put('base.json', { ...wide, info: { title: 'x', version: '1.4.2' } });
    put('revision.json', narrow);
    expect(JSON.parse((await gate('version', 'base.json', 'revision.json', '--json')).out)).toMatchObject({
      level: 'major',
      next: '2.0.0',
    });
  });
});
