import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { defined, EnrollkitError, isEnrollkitError } from '../src/index.ts';

class SampleError extends EnrollkitError<'sample-failed'> {}

const pan = '5186001700009726';

function thrownBelow(message: string): Error {
  return Object.assign(new TypeError(message), { code: 'ERR_SAMPLE', request: pan });
}

describe('EnrollkitError', () => {
  const error = new SampleError({
    code: 'sample-failed',
    message: 'sample.csv was asked for and is a directory',
    hint: 'Name a file.',
    cause: thrownBelow(`first line\n    at ${pan} (fake.ts:1:1)`),
  });

  it('has a code, a message, a hint, and the name of its class', () => {
    expect(error).toMatchObject({ name: 'SampleError', code: 'sample-failed', hint: 'Name a file.' });
    expect(isEnrollkitError(error)).toBe(true);
    expect(isEnrollkitError(new Error('x'))).toBe(false);
  });

  it('keeps the name, code and place of a cause, and nothing that its message or properties hold', () => {
    expect(error.cause).toMatchObject({ name: 'TypeError', code: 'ERR_SAMPLE' });
    expect((error.cause as Error).stack).toMatch(
      /^TypeError: first line[^\n]*\n {4}at thrownBelow .*errors\.test\.ts:\d+/,
    );
    expect(inspect(error, { showHidden: true, depth: null })).not.toContain(pan);
  });

  it('follows causes of causes, and stops at a circle', () => {
    const circle: Error = new Error(`of ${pan}`);
    circle.cause = circle;
    const safe = new SampleError({ code: 'sample-failed', message: 'm', hint: 'h', cause: circle });
    expect(inspect(safe, { depth: null })).not.toContain(pan);
    expect((safe.cause as Error).cause).toBeInstanceOf(Error);
  });
});

describe('defined', () => {
  interface Address {
    readonly line1: string;
    readonly zip?: string;
  }
  it('drops members that are undefined and keeps the others', () => {
    expect(Object.keys(defined<Address>({ line1: 'a', zip: undefined }))).toEqual(['line1']);
    expect(defined<Address>({ line1: 'a', zip: '1' })).toEqual({ line1: 'a', zip: '1' });
  });
  it('refuses a name that the type does not have, and a required member that is undefined', () => {
    // @ts-expect-error postCode is no member of Address
    defined<Address>({ line1: 'a', postCode: '1' });
    // @ts-expect-error line1 is required
    expect(defined<Address>({ line1: undefined })).toEqual({});
  });
});
