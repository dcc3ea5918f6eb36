import { writeFileSync } from 'node:fs';
import { bounded, temporaryFolder } from '@enrollkit/testkit';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { loadConfig } from '../src/config/load.ts';
import { RunnerError } from '../src/errors.ts';

const { parameters, timeout } = bounded(150);

const fine = {
  provider: {
    baseUrl: 'https://api.example.com',
    srcClientId: '11111111-2222-3333-4444-555555555555',
    serviceId: 'BANK#01',
  },
  signing: { consumerKeyFile: 'consumer.txt', keyFile: 'key.p12' },
  encryption: { keySetUrl: 'https://keys.example.com' },
  ledger: { file: 'a.db' },
  input: { columns: { PAN: 'pan' } },
  sending: { batchSize: 10, poll: { firstMs: 5 } },
  limits: { toleratedCount: 1 },
  output: { logLevel: 'info' },
};
type Section = keyof typeof fine;
const sections = Object.keys(fine) as Section[];

/**
 * What loading came to: nothing when it could be used, the refusal when not. Anything else that is thrown is
 * a finding.
 */
function refusalOf(
  text: string | Buffer,
  environment: Readonly<Record<string, string>> = {},
  flags: readonly string[] = [],
): RunnerError | undefined {
  using folder = temporaryFolder();
  writeFileSync(folder.file('c.yaml'), text, { mode: 0o600 });
  try {
    loadConfig({ file: folder.file('c.yaml'), environment, flags });
    return undefined;
  } catch (error) {
    if (error instanceof RunnerError && error.hint !== '') return error;
    throw error;
  }
}

describe('a configuration', { timeout }, () => {
  it('is accepted when nothing is wrong with it', () => {
    expect(refusalOf(stringify(fine))).toBeUndefined();
  });

  it('of any text at all is read, or refused with a reason', () => {
    const pieces = fc.constantFrom(
      'a: &x [1]\n',
      '*x',
      'b: *x\n',
      '<<: *x\n',
      '- ',
      '? ',
      ': ',
      '|\n ',
      '>-\n',
      '!!binary ',
      '!!set',
      '---\n',
      '...\n',
      '%YAML 1.2\n',
      '{',
      '}',
      '[',
      ']',
      '"',
      "'",
      '\t',
      '#',
      '\0',
      '\ufeff',
      '\u2028',
      '@',
      '`',
      'provider:\n',
      ' baseUrl: x\n',
      '__proto__: 1\n',
      '~',
      '0x1f',
      '.inf',
      '2001-01-01',
      '\r',
      '[[[[[[[[[[[[[[[[',
    );
    const text = fc.oneof(
      fc.array(pieces, { maxLength: 30 }).map((list) => list.join('')),
      fc.string({ unit: 'binary', maxLength: 300 }),
      fc.json(),
    );
    fc.assert(
      fc.property(
        fc.oneof(
          text,
          fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)),
        ),
        (given) => {
          expect(refusalOf(given)?.code ?? 'config-invalid').toBe('config-invalid');
        },
      ),
      parameters,
    );
  });

  it('whose aliases or nesting would exhaust memory is refused with a reason', () => {
    const laughs = [
      'a: &a [x, x, x, x, x, x, x, x, x]',
      ...'bcdefghi'
        .split('')
        .map((name, index) => `${name}: &${name} [${`*${'abcdefghi'[index] ?? ''}, `.repeat(9)}]`),
    ].join('\n');
    for (const text of [
      laughs,
      '['.repeat(20_000),
      '{a: '.repeat(5_000),
      'a: &a *a',
      `${'- '.repeat(5_000)}x`,
    ])
      expect(refusalOf(text)).toMatchObject({ code: 'config-invalid' });
  });

  it('names each key that it does not have, with its line', () => {
    const names = fc.oneof(
      fc.stringMatching(/^[a-zA-Z][a-zA-Z0-9 _-]{0,20}$/),
      fc.constantFrom('__proto__', 'constructor', 'toString', 'hasOwnProperty', 'batchsize', 'null', '0'),
    );
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.tuple(fc.constantFrom(...sections.filter((name) => name !== 'input')), names), {
          minLength: 1,
          maxLength: 4,
          selector: ([section, name]) => `${section}.${name}`,
        }),
        (wrong) => {
          const added = wrong.filter(
            ([section, name]) => !(section === 'ledger' && ['url', 'password'].includes(name)),
          );
          // Written down by hand, for a key like `__proto__` does not survive an object.
          const text = stringify(fine).replace(
            /^(\w+):\n/gm,
            (line, section: string) =>
              line +
              added
                .filter(([of]) => of === section)
                .map(([, name]) => `  ${JSON.stringify(name)}: 1\n`)
                .join(''),
          );
          const message = refusalOf(text)?.message ?? '';
          const lines = text.split('\n');
          for (const [section, name] of added) {
            const line = lines.indexOf(`  ${JSON.stringify(name)}: 1`, lines.indexOf(`${section}:`)) + 1;
            expect(message).toContain(`c.yaml:${line}: ${section}.${name}: there is no such setting`);
          }
        },
      ),
      parameters,
    );
  });

  it('accepts any value anywhere, or names the setting', () => {
    const values = fc.oneof(
      fc.jsonValue(),
      fc.double(),
      fc.constantFrom(
        -1,
        0,
        2 ** 53,
        '',
        ' ',
        'true',
        'postgres://u:%zz@h/d',
        'postgres://',
        'https://',
        'file:///etc',
        '\0',
        'x'.repeat(10_000),
        [[]],
        {},
      ),
    );
    const settings = sections.flatMap((section) =>
      Object.keys(fine[section]).map((name) => [section, name] as const),
    );
    fc.assert(
      fc.property(
        fc.constantFrom(...settings, ...sections.map((section) => [section] as const), [
          'ledger',
          'url',
        ] as const),
        values,
        ([section, name], value) => {
          const changed =
            name === undefined
              ? { ...fine, [section]: value }
              : { ...fine, [section]: { ...fine[section], [name]: value } };
          const refusal = refusalOf(stringify(changed));
          expect(refusal?.message ?? `c.yaml:1: ${section}`).toMatch(new RegExp(`c\\.yaml:\\d+: ${section}`));
        },
      ),
      parameters,
    );
  });

  it('accepts any value from the environment and from flags, or names where it was set', () => {
    const value = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 30 }),
      fc.constantFrom('', 'NaN', 'Infinity', '1e400', '0x10', 'postgres://u:%zz@h/d', '{}'),
    );
    const places = [
      ['ENROLLKIT_SENDING_BATCH_SIZE', 'sending.batchSize'],
      ['ENROLLKIT_PROVIDER_BASE_URL', 'provider.baseUrl'],
      ['ENROLLKIT_LEDGER_URL', 'ledger.url'],
      ['ENROLLKIT_SIGNING_KEY_FILE', 'signing.keyFile'],
      ['ENROLLKIT_INPUT_DELIMITER', 'input.delimiter'],
    ] as const;
    fc.assert(
      fc.property(fc.constantFrom(...places), value, ([variable, path], text) => {
        const said = [
          refusalOf(stringify(fine), { [variable]: text }),
          refusalOf(stringify(fine), {}, [`${path}=${text}`]),
        ];
        for (const refusal of said)
          expect(refusal?.message ?? 'ledger').toMatch(/environment variable ENROLLKIT_|flag --set|ledger/);
        expect(refusalOf(stringify(fine), {}, [text])?.message ?? '--set').toContain('--set');
      }),
      parameters,
    );
  });
});
