import { readFileSync } from 'node:fs';
import { PassThrough } from 'node:stream';
import { externalBatchIdOf, intakeIdOf } from '@enrollkit/pipeline';
import { describe, expect, it, onTestFinished } from 'vitest';
import { loadConfig } from '../src/config/load.ts';
import { openLog } from '../src/observe/log.ts';
import { maskCardNumbers } from '@enrollkit/base';
import { Output } from '../src/terminal/output.ts';
import { Terminal } from '../src/terminal/terminal.ts';
import { Harness } from './harness.ts';
import { panOf } from './cardholders.ts';

const pan = panOf(7);
const spaced = pan.replace(/(.{4})(?=.)/g, '$1 ');
const masked = `${pan.slice(0, 6)}******${pan.slice(-4)}`;

describe('a card number in a text that should hold none', () => {
  it.for(['note', 'warn', 'error', 'result'] as const)(
    'is masked before it is printed (%s), in words and in JSON',
    (way) => {
      for (const json of [false, true]) {
        const out = new PassThrough();
        const terminal = new Terminal({ quiet: false, json }, new Output(out, out));
        if (way === 'error') terminal.error(`of ${pan}`, { code: 'X', hint: `or ${spaced}` });
        else terminal[way](`of ${pan} or ${spaced}`);
        const said = String(out.read());
        expect(said).toContain(`of ${masked}`);
        expect(said).not.toMatch(new RegExp(`${pan}|${spaced}`));
      }
    },
  );

  it('is masked before it is logged, at any depth', async () => {
    const harness = await Harness.open({}, 'output:\n  logFile: run.log\n');
    onTestFinished(() => harness.close());
    const log = openLog(loadConfig({ file: harness.path('enrollkit.yaml'), environment: {}, flags: [] }));
    log.observe({
      kind: 'provider-down',
      pauseMs: 1000,
      reason: {
        httpStatus: 503,
        code: 'UNAVAILABLE',
        message: `card ${pan} is not ready`,
        origin: 'service',
      },
    });
    log.close();
    const text = readFileSync(harness.path('run.log'), 'utf8');
    expect(text).not.toContain(pan);
    expect(JSON.parse(text)).toMatchObject({
      reason: { httpStatus: 503, message: `card ${masked} is not ready` },
      time: expect.any(Number),
    });
  });

  it('is masked in what the real command says about a file that is named like one', async () => {
    const harness = await Harness.open();
    onTestFinished(() => harness.close());
    for (const flags of [[], ['--json']]) {
      const { code, out, err } = await harness.enrollkit(...flags, 'check', `${pan}.csv`);
      expect({ code, err }).toEqual({ code: 2, err: expect.stringContaining(`${masked}.csv`) });
      expect(out + err).not.toContain(pan);
    }
  });
});

describe('an id of ours', () => {
  it('is never taken for a card number', () => {
    const content = { keys: new Uint8Array(16), digests: new Uint8Array(36) };
    for (let position = 0; position < 20_000; position++) {
      const id = intakeIdOf({
        inputDigest: String(position),
        environment: 'https://sandbox.example',
        programme: 'programme',
        epoch: 0,
        variant: undefined,
      });
      const batch = externalBatchIdOf({ intakeId: id, batchSize: 250, generation: 1, position, content });
      const kid = `${String(20_250_101_000_000 + position)}-sandbox-fpan-encryption-src-mastercard-int`;
      const text = `intake ${id}, batch ${batch}: key ${kid}`;
      expect(maskCardNumbers(text)).toBe(text);
    }
  });
});
