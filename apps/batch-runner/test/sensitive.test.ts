import { readFileSync } from 'node:fs';
import { PassThrough } from 'node:stream';
import { text as textOf } from 'node:stream/consumers';
import { sensitiveFields } from '@enrollkit/contract';
import type { PipelineEvent } from '@enrollkit/pipeline';
import { temporaryFolder } from '@enrollkit/testkit';
import { describe, expect, it } from 'vitest';
import type { LoadedConfig } from '../src/config/load.ts';
import { openLog } from '../src/observe/log.ts';
import { hideSensitive } from '../src/observe/sensitive.ts';
import { Output } from '../src/terminal/output.ts';
import { Terminal } from '../src/terminal/terminal.ts';
import { panOf } from './cardholders.ts';

/**
 * Every field that the contracts mark, with a value that no output may hold, and fields of a row that have
 * other names there.
 */
const marked = Object.fromEntries(
  [...Object.keys(sensitiveFields), 'pan', 'email', 'mobile', 'expiry', 'addressLine1', 'postalCode'].map(
    (name) => [name, `value-of-${name}`],
  ),
);
const shown = (text: string): readonly string[] => text.match(/value-of-\w+/g) ?? [];

describe('a field that the contract marks as sensitive', () => {
  it('is hidden in every entry of the log', () => {
    using folder = temporaryFolder();
    const loaded = {
      folder: folder.file('.'),
      config: { output: { logFile: 'run.log', logLevel: 'debug' } },
    } as unknown as LoadedConfig;
    const log = openLog(loaded);
    log.observe({ kind: 'paused', record: { deep: [marked] } } as unknown as PipelineEvent);
    log.close();
    const text = readFileSync(folder.file('run.log'), 'utf8');
    expect(text).toContain('"firstName":"[name]"');
    expect(shown(text)).toEqual([]);
  });

  it('is hidden in notes, errors and reports that are printed as JSON', async () => {
    const stream = new PassThrough();
    const terminal = new Terminal({ quiet: false, json: true }, new Output(stream, stream));
    terminal.note('a note', marked);
    terminal.error('an error', { code: 'usage', hint: 'none', ...marked });
    terminal.resultJson({ report: { refusals: [{ code: 'INVALID_PAN', ...marked }] } });
    stream.end();
    const text = await textOf(stream);
    expect(text.match(/"zip":"\[address\]"/g)).toHaveLength(3);
    expect(shown(text)).toEqual([]);
  });

  it('keeps the first six and the last four digits of a card number, and the states that are our own', () => {
    const pan = panOf(1);
    const entry = { primaryAccountNumber: pan, pan, state: 'settled', rows: 5, other: 'text' };
    const masked = `${pan.slice(0, 6)}******${pan.slice(-4)}`;
    expect(hideSensitive(entry, { maskTexts: true })).toEqual({
      primaryAccountNumber: masked,
      pan: masked,
      state: 'settled',
      rows: 5,
      other: 'text',
    });
    expect(hideSensitive({ state: 'NY' }, { maskTexts: true })).toEqual({ state: '[address]' });
  });
});
