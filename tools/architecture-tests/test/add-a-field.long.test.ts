import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ThrowAwayCopy } from './throw-away-copy.ts';

/** One edit of CONTRIBUTING's recipe "Add a field", for an optional `middleName` of a consumer. */
interface Edit {
  readonly file: string;
  readonly after: string;
  readonly insert: string;
}

const specs = ['click-to-pay-enrollment', 'credential-directory'] as const;

/** The recipe, step by step. */
const steps = {
  specs: specs.map((name) => ({
    file: `specs/${name}/openapi.yaml`,
    after: 'lastName: { type: string, minLength: 1, maxLength: 256, x-sensitive: name, x-provenance: ',
    insert: `\n        middleName: { type: string, minLength: 1, maxLength: 256, x-sensitive: name, x-provenance: assumed }`,
  })),
  record: [
    {
      file: 'libs/enrollment/src/record.ts',
      after: '  readonly lastName: string;\n',
      insert: '  readonly middleName?: string | undefined;\n',
    },
  ],
  column: [
    { file: 'libs/enrollment/src/raw-record.ts', after: "  'lastName',\n", insert: "  'middleName',\n" },
  ],
  rule: [
    {
      file: 'libs/enrollment/src/validation/name.ts',
      after: "'firstName' | 'lastName' | ",
      insert: "'middleName' | ",
    },
    {
      file: 'libs/enrollment/src/validation/name.ts',
      after: 'const ASCII_LETTER = /[A-Za-z]/;\n',
      insert: `
/** The middle name; undefined when the row has none. */
export function middleNameOf(raw: Row<'middleName'>, errors: ErrorList): string | undefined {
  return nameOf(trimmed(raw.middleName), 'middleName', errors) || undefined;
}
`,
    },
    {
      file: 'libs/enrollment/src/validation/index.ts',
      after: 'import { cardholderNameOf, firstNameOf, lastNameOf',
      insert: ', middleNameOf',
    },
    {
      file: 'libs/enrollment/src/validation/index.ts',
      after: '  const lastName = lastNameOf(raw, errors);\n',
      insert: '  const middleName = middleNameOf(raw, errors);\n',
    },
    {
      file: 'libs/enrollment/src/validation/index.ts',
      after: '    lastName,\n',
      insert: '    middleName,\n',
    },
    {
      file: 'libs/enrollment/src/validation/index.ts',
      after: '  | typeof lastNameOf\n',
      insert: '  | typeof middleNameOf\n',
    },
  ],
  limit: [
    {
      file: 'libs/enrollment/src/limits.ts',
      after: "  lastName: { max: 256, provenance: 'sibling' },\n",
      insert: "  middleName: { max: 256, provenance: 'assumed' },\n",
    },
  ],
  comparison: [
    {
      file: 'libs/enrollment/src/fields.ts',
      after: "  lastName: 'lastName',\n",
      insert: "  middleName: 'middleName',\n",
    },
  ],
  group: [
    {
      file: 'libs/enrollment/src/fields.ts',
      after: '    firstName,\n    lastName,\n',
      insert: '    middleName,\n',
    },
    {
      file: 'libs/enrollment/src/fields.ts',
      after: "    'firstName' | 'lastName' | ",
      insert: "'middleName' | ",
    },
    {
      file: 'libs/enrollment/src/fields.ts',
      after: '${measured(firstName)}${measured(lastName)}',
      insert: '${measured(middleName)}',
    },
  ],
  mapping: [
    {
      file: 'libs/client/src/families/shared/to-wire.ts',
      after: 'const { firstName, lastName, ',
      insert: 'middleName, ',
    },
    {
      file: 'libs/client/src/families/shared/to-wire.ts',
      after: '      firstName,\n      lastName,\n',
      insert: '      middleName,\n',
    },
  ],
  limitTest: [
    {
      file: 'libs/client/test/limits.test.ts',
      after:
        '  lastName: (record, lastName) => ({ ...record, consumer: { ...record.consumer, lastName } }),\n',
      insert:
        '  middleName: (record, middleName) => ({ ...record, consumer: { ...record.consumer, middleName } }),\n',
    },
  ],
  document: [{ file: 'docs/input-file.md', after: '`firstName`, `lastName`', insert: ', `middleName`' }],
} as const satisfies Readonly<Record<string, readonly Edit[]>>;
type Step = keyof typeof steps;

describe('the recipe "add a field"', { timeout: 600_000 }, () => {
  let copy: ThrowAwayCopy;
  const original = new Map<string, string>();

  beforeAll(() => {
    copy = new ThrowAwayCopy();
    for (const { file } of Object.values(steps).flat()) original.set(file, copy.read(file));
  });
  afterAll(() => copy[Symbol.dispose]());

  /** Applies all steps but some, from the untouched files. */
  function apply(...forgotten: readonly Step[]): void {
    for (const [file, text] of original) copy.write(file, text);
    for (const [step, edits] of Object.entries(steps) as [Step, readonly Edit[]][])
      if (!forgotten.includes(step)) for (const edit of edits) insert(edit);
  }

  function insert({ file, after, insert: text }: Edit): void {
    const before = copy.read(file);
    const at = before.indexOf(after);
    expect(at, `${file} holds ${after}`).toBeGreaterThanOrEqual(0);
    // In a spec, the property ends with its line.
    const end = file.endsWith('.yaml') ? before.indexOf('\n', at) : at + after.length;
    copy.write(file, before.slice(0, end) + text + before.slice(end));
  }

  it('compiles when every step is done, accepts what it seals, and hides the new field everywhere', () => {
    apply();
    expect(copy.generate()).toMatchObject({ ok: true });
    expect(copy.checkTypes()).toEqual({ ok: true, output: '' });
    expect(copy.test('client', 'limits.test')).toMatchObject({ ok: true });
    expect(copy.read('libs/contract/src/index.ts')).toContain("middleName: 'name'");
    // That test goes through the generated table: log entries, notes, errors and reports, all with the new
    // field.
    expect(copy.test('batch-runner', 'test/sensitive.test')).toMatchObject({ ok: true });
    expect(copy.test('architecture-tests', 'input-columns')).toMatchObject({ ok: true });
  });

  it.for(['record', 'column', 'rule', 'limit', 'comparison', 'group', 'mapping'] as const)(
    'fails the type check when this step is forgotten: %s',
    (step) => {
      apply(step);
      expect(copy.checkTypes()).toMatchObject({ ok: false, output: expect.stringContaining('middleName') });
    },
  );

  it('fails the type check when the specs are forgotten', () => {
    apply('specs');
    expect(copy.generate()).toMatchObject({ ok: true });
    expect(copy.checkTypes()).toMatchObject({ ok: false, output: expect.stringContaining('middleName') });
  });

  it('fails a test when the limit differs from the one in the spec', () => {
    apply();
    expect(copy.generate()).toMatchObject({ ok: true });
    const file = 'libs/enrollment/src/limits.ts';
    copy.write(file, copy.read(file).replace('middleName: { max: 256', 'middleName: { max: 300'));
    expect(copy.test('client', 'limits.test')).toMatchObject({
      ok: false,
      output: expect.stringContaining('middleName'),
    });
  });

  it('fails a test when the new field has no line in the test of the limits', () => {
    apply('limitTest');
    expect(copy.generate()).toMatchObject({ ok: true });
    expect(copy.test('client', 'limits.test')).toMatchObject({
      ok: false,
      output: expect.stringContaining('middleName'),
    });
  });

  it('fails a test when the document of the input file does not name the column', () => {
    apply('document');
    expect(copy.test('architecture-tests', 'input-columns')).toMatchObject({
      ok: false,
      output: expect.stringContaining('middleName'),
    });
  });
});
