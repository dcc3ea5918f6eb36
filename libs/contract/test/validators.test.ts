import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { assert, constantFrom, property, string } from 'fast-check';
import { describe, expect, test } from 'vitest';

import {
  validateBatchEnrollRequest,
  validateBatchStatusAnswer,
  validateEnrollmentData,
  validateErrorBodyAnswer,
} from '../src/click-to-pay-enrollment/index.ts';
import { contracts as names } from '../src/index.ts';
import { contracts, examples } from './examples.ts';

const src = join(import.meta.dirname, '../src');

test('every contract of the package is tested here', () => {
  expect(Object.keys(contracts)).toEqual([...names]);
});

describe.each(Object.keys(contracts))('examples of %s', (spec) => {
  test.each(examples(spec, 'valid'))('$name is valid', ({ content, validate }) => {
    const verdict = validate(content);
    expect(verdict).toMatchObject({ valid: true });
    expect(verdict.valid && verdict.value).toBe(content);
  });

  test.each(examples(spec, 'invalid'))('$name is not', ({ content, validate }) => {
    const { value, expect: expected } = content as {
      value: unknown;
      expect: { pointer: string; keyword: string };
    };
    const verdict = validate(value);
    expect(verdict).toMatchObject({
      valid: false,
      problems: expect.arrayContaining([expect.objectContaining(expected)]),
    });
  });
});

describe('a problem', () => {
  const [example] = examples('click-to-pay-enrollment', 'valid').filter(
    ({ name }) => name === 'EnrollmentData.several-consumers',
  );

  test('never repeats the value', () => {
    const text = JSON.stringify(example?.content);
    const leaves = [...text.matchAll(/:"([^"]+)"/g)].map(([, leaf = '']) => leaf);
    const reported: string[] = [];
    assert(
      property(constantFrom(...leaves), string({ minLength: 12, maxLength: 400 }), (leaf, junk) => {
        const verdict = validateEnrollmentData(
          JSON.parse(
            text.replace(`:${JSON.stringify(leaf)}`, () => `:${JSON.stringify(`5555555555554444${junk}`)}`),
          ),
        );
        reported.push(JSON.stringify(verdict.valid ? [] : verdict.problems));
      }),
      { numRuns: 300 },
    );
    expect(reported.filter((problems) => problems !== '[]').length).toBeGreaterThan(50);
    expect(reported.filter((problems) => problems.includes('5555555555554444'))).toEqual([]);
  });

  test('of a missing field points at where it should be', () => {
    const verdict = validateEnrollmentData({
      consumers: [{ externalConsumerId: 'c', consumer: {}, cards: [] }],
    });
    expect(verdict.valid ? [] : verdict.problems.map(({ pointer }) => pointer)).toContain(
      '/consumers/0/consumer/mobileNumber',
    );
  });

  test('comes with at most 99 others', () => {
    const verdict = validateEnrollmentData({ consumers: Array.from({ length: 500 }, () => ({})) });
    expect(verdict.valid ? 0 : verdict.problems.length).toBe(100);
  });
});

describe('an answer', () => {
  test('keeps fields the contract does not know', () => {
    const body = { batchId: '1', status: 'IN_PROGRESS', newField: { deep: [1] } };
    const verdict = validateBatchStatusAnswer(body);
    expect(verdict).toEqual({ valid: true, value: body, notices: [] });
  });

  test('may hold unknown values of extensible enums, each reported by its place and not by its value', () => {
    const item = {
      externalConsumerId: 'c',
      externalCardId: 'k',
      status: 'SKIPPED',
      error: { reason: 'NEWREASON' },
    };
    const verdict = validateBatchStatusAnswer({
      batchId: '1',
      status: 'PAUSED',
      items: [item, { ...item, status: 'FAILED', error: { reason: 'PAN_INELIGIBLE' } }],
    });
    expect(verdict.valid && verdict.notices.map(({ pointer }) => pointer)).toEqual([
      '/status',
      '/items/0/status',
      '/items/0/error/reason',
    ]);
    expect(JSON.stringify(verdict.valid && verdict.notices)).not.toMatch(/PAUSED|SKIPPED|NEWREASON/);
  });

  test('in one of several shapes reports the values of that shape', () => {
    expect(validateErrorBodyAnswer({ status: 400, reason: 'NEW', message: 'm' })).toMatchObject({
      notices: [{ pointer: '/reason' }],
    });
    expect(validateErrorBodyAnswer({ code: 400, status: 'NEW', message: 'm' })).toMatchObject({
      notices: [{ pointer: '/status' }],
    });
    expect(validateErrorBodyAnswer({ status: 400, reason: 'NOT_FOUND', message: 'm' })).toMatchObject({
      valid: true,
      notices: [],
    });
  });

  test.each([undefined, null, '', 'text', 7, [], [[]]])('that is %j is refused without a throw', (value) => {
    expect(validateBatchStatusAnswer(value).valid).toBe(false);
  });

  test('has no member that is only inherited', () => {
    const status = { batchId: 'b', status: 'IN_PROGRESS' };
    expect(validateBatchStatusAnswer({ ...status }).valid).toBe(true);
    expect(validateBatchStatusAnswer(Object.create(status)).valid).toBe(false);
    expect(validateBatchStatusAnswer({ ...status, items: undefined }).valid).toBe(false);
  });
});

describe('length', () => {
  test.each([
    ['😀'.repeat(75), true],
    ['😀'.repeat(76), false],
    ['é'.repeat(75), true],
  ])('is counted in characters: %#', (line1, valid) => {
    const text = JSON.stringify(
      examples('click-to-pay-enrollment', 'valid').find(({ name }) => name === 'EnrollmentData')?.content,
    ).replace('1 Example Street', line1);
    expect(validateEnrollmentData(JSON.parse(text)).valid).toBe(valid);
  });
});

test('a JWE of 16 MB is judged in a moment and without overflowing a stack', () => {
  const part = 'A'.repeat(16 * 2 ** 20);
  const body = {
    srcClientId: '11111111-2222-3333-4444-555555555555',
    serviceId: 'SRC',
    externalBatchId: 'b',
    encryptedEnrollmentData: `a.b.c.${part}.d`,
  };
  expect(validateBatchEnrollRequest(body).valid).toBe(true);
  expect(validateBatchEnrollRequest({ ...body, encryptedEnrollmentData: `a.b.c.${part}.d.e` }).valid).toBe(
    false,
  );
});

test('nothing is compiled at run time, and nothing outside the package is needed', () => {
  const program = `for (const name of ${JSON.stringify(names)}) {
    const { operations } = await import('@enrollkit/contract/' + name);
    for (const { request, responses } of Object.values(operations)) for (const body of [request, ...Object.values(responses)]) body?.validate({});
  }
  process.stdout.write('done');`;
  const output = execFileSync(
    process.execPath,
    [
      '--conditions=@enrollkit/source',
      '--disallow-code-generation-from-strings',
      '--input-type=module',
      '--eval',
      program,
    ],
    { cwd: join(src, '..'), encoding: 'utf8' },
  );
  expect(output).toBe('done');
  const files = readdirSync(src, { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.ts'),
  );
  const texts = files.map((file) => readFileSync(join(src, file), 'utf8'));
  expect(
    texts
      .flatMap((text) => [...text.matchAll(/\bfrom '([^']+)'/g)].map(([, from = '']) => from))
      .filter((from) => !from.startsWith('.')),
  ).toEqual([]);
  expect(texts.filter((text) => /\brequire\(|\bnew Function\b|\beval\(/.test(text))).toEqual([]);
});
