import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { EnrollkitError } from '@enrollkit/base';
import * as client from '@enrollkit/client';
import * as encryption from '@enrollkit/encryption';
import * as enrollment from '@enrollkit/enrollment';
import * as keys from '@enrollkit/keys';
import * as ledger from '@enrollkit/ledger';
import * as pipeline from '@enrollkit/pipeline';
import * as simulator from '@enrollkit/provider-simulator';
import * as oauth1 from '@enrollkit/signing';
import * as oauth2 from '@enrollkit/signing/oauth2';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { reportError } from '../src/command-line.ts';
import * as runner from '../src/errors.ts';
import { exitCodes } from '../src/exit-codes.ts';
import { exitOfCode, type KnownErrorCode } from '../src/exit-of-error.ts';
import { Output } from '../src/terminal/output.ts';
import { Terminal } from '../src/terminal/terminal.ts';
import { panOf } from './cardholders.ts';

const packages: Readonly<Record<string, object>> = {
  client,
  encryption,
  enrollment,
  keys,
  ledger,
  pipeline,
  'provider-simulator': simulator,
  'signing, oauth1': oauth1,
  'signing, oauth2': oauth2,
  'batch-runner': runner,
};

type ErrorClass = (abstract new (...parameters: never[]) => Error) & { readonly prototype: Error };

const isErrorClass = (value: unknown): value is ErrorClass =>
  typeof value === 'function' && value.prototype instanceof Error;

/** Every error class that a package exports, as `package.Class`. */
const classes = Object.entries(packages).flatMap(([name, exports]) =>
  Object.entries(exports)
    .filter((entry): entry is [string, ErrorClass] => isErrorClass(entry[1]))
    .map(([symbol, one]) => [`${name}.${symbol}`, one] as const),
);

/** An instance without its constructor, whose parameters differ from class to class. */
function instanceOf(one: ErrorClass, parts: object): unknown {
  return Object.assign(Object.setPrototypeOf(new Error('not shown'), one.prototype) as Error, parts);
}

async function printed(
  error: unknown,
  json = false,
): Promise<{ readonly exit: string; readonly err: string }> {
  const stream = new PassThrough();
  const exit = reportError(error, new Terminal({ quiet: true, json }, new Output(stream, stream)));
  stream.end();
  return { exit, err: await text(stream) };
}

describe('an error of any package', () => {
  it('extends EnrollkitError in every class that a package exports', () => {
    expect(classes.length).toBeGreaterThan(20);
    expect(
      classes.filter(([, one]) => !(one.prototype instanceof EnrollkitError)).map(([name]) => name),
    ).toEqual([]);
  });

  it('ends a command with the exit of its code, its message and its hint, and is no internal error', async () => {
    const codes = Object.keys(exitOfCode) as KnownErrorCode[];
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...classes),
        fc.constantFrom(...codes),
        fc.boolean(),
        async ([, one], code, json) => {
          const message = `Something was asked, and card ${panOf(3)} was found`;
          const error = instanceOf(one, { code, message, hint: 'Do this next.' });
          const { exit, err } = await printed(error, json);
          expect(exit).toBe(exitOfCode[code]);
          expect(exit).not.toBe('internal');
          expect(exitCodes).toHaveProperty(exit);
          expect(err).toContain('Something was asked');
          expect(err).toContain('Do this next.');
          expect(err).not.toContain('internal error');
          expect(err).not.toContain(panOf(3));
        },
      ),
      { numRuns: 500 },
    );
  });
});

describe('an error that is none of ours', () => {
  it.for([
    ['a defect', new TypeError('x is not a function')],
    ['an error of the file system', Object.assign(new Error('ENOSPC'), { code: 'ENOSPC', hint: 'none' })],
    ['a value that is no error', { code: 'usage', message: 'no', hint: 'no' }],
    ['nothing at all', undefined],
  ] as const)('is reported as an internal error: %s', async ([, error]) => {
    const { exit, err } = await printed(error);
    expect(exit).toBe('internal');
    expect(err).toMatch(/^error: internal error: [^]*hint: this is a defect of Enrollkit/);
  });
});
