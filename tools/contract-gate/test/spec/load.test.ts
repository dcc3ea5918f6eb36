import { execFileSync } from 'node:child_process';

import { describe, expect, test } from 'vitest';

import { SpecError } from '../../src/index.ts';
import { loadSpec, parseSpec } from '../../src/spec/load.ts';
import { gate, shop, workspace } from '../workspace.ts';

interface Broken {
  readonly what: string;
  readonly text: string;
  readonly code: string;
  readonly line: number;
  readonly column: number;
}

const broken: readonly Broken[] = [
  { what: 'not YAML', text: 'openapi: 3.1.0\ninfo: {title: x\n', code: 'spec-not-yaml', line: 3, column: 1 },
  {
    what: 'a key twice',
    text: 'openapi: 3.1.0\npaths: {}\npaths: {}\n',
    code: 'spec-not-yaml',
    line: 3,
    column: 1,
  },
  {
    what: 'an alias without an anchor',
    text: 'openapi: 3.1.0\npaths: *nothing\n',
    code: 'spec-not-yaml',
    line: 2,
    column: 9,
  },
  {
    what: 'an alias of itself',
    text: 'openapi: 3.1.0\npaths: &p\n  /a: *p\n',
    code: 'spec-not-yaml',
    line: 1,
    column: 1,
  },
  {
    what: 'two documents',
    text: 'openapi: 3.1.0\n---\nopenapi: 3.1.0\n',
    code: 'spec-not-yaml',
    line: 1,
    column: 1,
  },
  { what: 'empty', text: '', code: 'spec-not-openapi', line: 1, column: 1 },
  { what: 'a list', text: '- 1\n', code: 'spec-not-openapi', line: 1, column: 1 },
  { what: 'HTML', text: '<!doctype html><html></html>', code: 'spec-not-openapi', line: 1, column: 1 },
  { what: 'Swagger 2', text: 'swagger: "2.0"\npaths: {}\n', code: 'spec-not-openapi', line: 1, column: 1 },
  {
    what: 'a version from the future',
    text: 'info: {}\nopenapi: 4.0.0\n',
    code: 'spec-version-unsupported',
    line: 2,
    column: 1,
  },
  {
    what: 'a version that YAML reads as a number',
    text: 'openapi: 3.1\n',
    code: 'spec-version-unsupported',
    line: 1,
    column: 1,
  },
  {
    what: 'a reference to nothing',
    text: 'openapi: 3.1.0\npaths:\n  /a:\n    $ref: "#/components/pathItems/A"\n',
    code: 'spec-reference-broken',
    line: 4,
    column: 5,
  },
  {
    what: 'a reference to another file',
    text: 'openapi: 3.1.0\npaths:\n  /a: { $ref: "a.yaml" }\n',
    code: 'spec-reference-broken',
    line: 3,
    column: 9,
  },
];

describe('a spec that cannot be read', () => {
  test.each(broken)('is named with its place when it is $what', ({ text, code, line, column }) => {
    let error: unknown;
    try {
      parseSpec(text, 'specs/shop/openapi.yaml');
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toBeInstanceOf(SpecError);
    expect(error).toMatchObject({
      code,
      place: { file: 'specs/shop/openapi.yaml', line, column },
      hint: expect.any(String),
    });
    expect(String(error)).toContain(`specs/shop/openapi.yaml:${line}:${column}: `);
  });

  test('ends every command with exit code 3, the place and a hint', async () => {
    const cwd = workspace({ 'specs/shop/openapi.yaml': 'openapi: 3.1.0\ninfo: {title: x\n' });
    for (const argv of [['generate'], ['lint'], ['view', 'specs/shop/openapi.yaml']]) {
      const { code, out, err } = await gate(cwd, ...argv);
      expect([code, out]).toEqual([3, '']);
      expect(err).toMatch(/^error: specs\/shop\/openapi\.yaml:3:1: not valid YAML.*\nhint: /);
    }
  });

  test('is said to be missing when it is', async () => {
    await expect(loadSpec('nowhere.yaml')).rejects.toMatchObject({
      code: 'spec-not-found',
      message: 'cannot read the spec nowhere.yaml',
    });
    expect(await gate(workspace({}), 'lint')).toMatchObject({
      code: 3,
      err: expect.stringContaining('no spec in specs'),
    });
  });
});

test('aliases that would unfold into more than a machine holds are refused', () => {
  const levels = Array.from(
    { length: 12 },
    (_, level) =>
      `x-${level}: &a${level} [${Array.from({ length: 10 }, () => (level === 0 ? '0' : `*a${level - 1}`)).join(', ')}]`,
  );
  expect(() => parseSpec(`openapi: 3.1.0\n${levels.join('\n')}\n`, 'x.yaml')).toThrow(
    'its aliases unfold without end',
  );
});

describe('a spec that can', () => {
  test('knows the places of its parts', () => {
    const spec = parseSpec(shop, 'specs/shop/openapi.yaml');
    expect(spec.name).toBe('shop');
    expect(spec.locate('/paths/~1orders~1{id}/put')).toEqual({
      file: 'specs/shop/openapi.yaml',
      line: 9,
      column: 5,
    });
    expect(spec.locate('/paths/~1orders~1{id}/parameters/0')).toMatchObject({ line: 8, column: 9 });
    expect(spec.locate('/components/schemas/Order/not/there')).toMatchObject({ line: 30, column: 5 });
  });

  test('may have fields called like keywords, and data that looks like references', () => {
    const text = shop.replace(
      '      properties:\n        serial: { type: integer, x-provenance',
      '      example: { $ref: nowhere }\n      properties:\n        $ref: { type: string, x-provenance: assumed }\n        serial: { type: integer, x-provenance',
    );
    expect(text).not.toBe(shop);
    expect(parseSpec(text, 'x.yaml').name).toBe('x');
  });

  test('may be JSON', () => {
    expect(parseSpec('{\n  "openapi": "3.0.3",\n  "paths": {}\n}', 'x.json').locate('/paths')).toEqual({
      file: 'x.json',
      line: 3,
      column: 3,
    });
  });

  test('may stand in git', async () => {
    const cwd = workspace({ 'specs/shop/openapi.yaml': shop });
    const git = (...argv: string[]): string =>
      execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.com', ...argv], {
        cwd,
        encoding: 'utf8',
      });
    git('init', '--quiet', '--initial-branch', 'main');
    git('add', '.');
    git('commit', '--quiet', '--message', 'first');
    expect(await loadSpec('main:specs/shop/openapi.yaml', cwd)).toMatchObject({
      name: 'shop',
      file: 'main:specs/shop/openapi.yaml',
    });
    await expect(loadSpec('main:specs/other.yaml', cwd)).rejects.toMatchObject({ code: 'spec-not-found' });
    await expect(loadSpec('--output=x:specs/shop/openapi.yaml', cwd)).rejects.toMatchObject({
      code: 'spec-not-found',
    });
  });
});
