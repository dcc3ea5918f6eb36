import { join, relative } from 'node:path';
import ts from 'typescript';
import { describe, expect, test } from 'vitest';

const root = join(import.meta.dirname, '../../..');
const entry = join(root, 'libs/client/src/index.ts');
const settings = ts.readConfigFile(join(root, 'tsconfig.base.json'), (file) => ts.sys.readFile(file));
const { options } = ts.parseJsonConfigFileContent(
  { ...(settings.config as object), files: [entry] },
  ts.sys,
  root,
);

const host = ts.createCompilerHost(options);
const parsed = new Map<string, ts.SourceFile | undefined>();
let unchanged: ts.Program | undefined;

/** One change of one file, in memory: what somebody would have written. */
interface Edit {
  readonly file: string;
  readonly from: RegExp;
  readonly to: string;
}

/** The files of the client that do not compile once the edit is made, relative to its sources. */
function brokenBy({ file, from, to }: Edit): readonly string[] {
  const path = join(root, file);
  const text = ts.sys.readFile(path) ?? '';
  const edited = text.replace(from, to);
  if (edited === text) throw new Error(`${file} has nothing that matches ${from}`);
  const program = programOf(new Map([[path, edited]]), unchanged);
  const errors = program
    .getSourceFiles()
    .filter(({ fileName }) => fileName.startsWith(join(root, 'libs/client/src')))
    .flatMap((source) => program.getSemanticDiagnostics(source));
  const files = errors.map((error) => relative(join(root, 'libs/client/src'), error.file?.fileName ?? ''));
  return [...new Set(files)].toSorted();
}

function programOf(edits: ReadonlyMap<string, string>, old?: ts.Program): ts.Program {
  const getSourceFile: ts.CompilerHost['getSourceFile'] = (name, language) => {
    const edited = edits.get(name);
    if (edited !== undefined) return ts.createSourceFile(name, edited, language);
    if (!parsed.has(name)) parsed.set(name, host.getSourceFile(name, language));
    return parsed.get(name);
  };
  return ts.createProgram([entry], options, { ...host, getSourceFile }, old);
}

const clickToPay = 'libs/contract/src/click-to-pay-enrollment/types.ts';
const directory = 'libs/contract/src/credential-directory/types.ts';
const record = 'libs/enrollment/src/record.ts';

/** Renames an optional member of a schema in the generated types, as generating from a changed spec would. */
const renamed = (file: string, schema: string, member: string): Edit => ({
  file,
  from: new RegExp(`(\\n\\s+${schema}: \\{[\\s\\S]*?\\b)${member}\\?:`),
  to: `$1${member}Renamed?:`,
});

/** Adds an optional member to a type of the domain. */
const added = (type: string): Edit => ({
  file: record,
  from: new RegExp(`(export interface ${type}\\b[^{]*\\{)`),
  to: '$1 readonly addedMember?: string;',
});

describe('the mappings between domain and wire', { timeout: 120_000 }, () => {
  unchanged = programOf(new Map());

  test.each([
    ['Address', 'zip', 'families/shared/to-wire.ts'],
    ['EnrollmentCard', 'cardholderFullName', 'families/shared/to-wire.ts'],
    ['ComplianceSettings', 'tnc', 'families/shared/to-wire.ts'],
    ['Consent', 'latestVersionUri', 'families/shared/to-wire.ts'],
    ['BatchItem', 'srcDigitalCardId', 'families/click-to-pay/to-domain.ts'],
    ['BatchStatus', 'errorMessage', 'families/click-to-pay/to-domain.ts'],
    ['DigitalCardData', 'pendingEvents', 'families/shared/masked.ts'],
    ['MaskedConsumer', 'srcConsumerId', 'families/shared/masked.ts'],
  ])('do not compile when Click to Pay renames the optional %s.%s', (schema, member, mapping) => {
    expect(brokenBy(renamed(clickToPay, schema, member))).toContain(mapping);
  });

  test.each([
    ['Address', 'zip', 'families/credential-directory/to-wire.ts'],
    ['EnrollmentCredential', 'cardholderFullName', 'families/credential-directory/to-wire.ts'],
    ['Consent', 'latestVersionUri', 'families/credential-directory/to-wire.ts'],
    ['BatchResult', 'srcDigitalCardId', 'families/credential-directory/to-domain.ts'],
    ['DigitalCardData', 'pendingEvents', 'families/credential-directory/single.ts'],
    ['MaskedConsumer', 'srcConsumerId', 'families/credential-directory/single.ts'],
  ])('do not compile when the Credential Directory renames the optional %s.%s', (schema, member, mapping) => {
    expect(brokenBy(renamed(directory, schema, member))).toContain(mapping);
  });

  test.each(['Address', 'Mobile', 'Consent', 'Compliance', 'Consumer', 'Card'])(
    'do not compile when the domain gains a member of %s that they forget',
    (type) => {
      expect(brokenBy(added(type))).toContain('families/shared/to-wire.ts');
    },
  );

  test('do not compile when a record gains a member that the single requests forget', () => {
    expect(brokenBy(added('EnrollmentRecord'))).toEqual([
      'families/click-to-pay/single.ts',
      'families/credential-directory/single.ts',
    ]);
  });
});
