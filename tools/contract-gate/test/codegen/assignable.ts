import ts from 'typescript';

import type { Json } from '../../src/spec/json.ts';

/** A type and values that are asked about. */
export interface Question {
  readonly type: string;
  readonly values: readonly Json[];
}

/**
 * Asks the compiler whether the type of each value is assignable to a type: one program with one small
 * library for all of them. Throws when the generated types have faults.
 */
export function typeVerdicts(
  types: string,
  questions: readonly Question[],
): (index: number, at: number) => boolean {
  const lines = questions.flatMap(({ type, values }, index) => [
    `export type ${schemaAlias(index)} = ${type};\n`,
    ...values.map((value, at) => `export type ${valueAlias(index, at)} = ${typeOfValue(value)};\n`),
  ]);
  const runtime = 'type Jwe<T> = string & { readonly jwe: T };\ntype PlainPathsOf<T> = T;\n';
  const { program, source } = programOf(`${runtime}${types.replace(/^import .*$/m, '')}\n${lines.join('')}`);
  const faults = [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)];
  if (faults.length > 0)
    throw new Error(
      ts.formatDiagnostics(faults.slice(0, 3), {
        getCanonicalFileName: (name) => name,
        getCurrentDirectory: () => '',
        getNewLine: () => '\n',
      }),
    );
  const checker = program.getTypeChecker();
  const aliases = new Map(
    source.statements
      .filter(ts.isTypeAliasDeclaration)
      .map((one) => [one.name.text, checker.getTypeAtLocation(one)] as const),
  );
  return (index, at) => {
    const [value, type] = [aliases.get(valueAlias(index, at)), aliases.get(schemaAlias(index))];
    if (value === undefined || type === undefined) throw new Error('a type is missing');
    return checker.isTypeAssignableTo(value, type);
  };
}

const schemaAlias = (index: number): string => `$$${index}`;
const valueAlias = (index: number, at: number): string => `$$${index}_${at}`;

/** The library, parsed once for all programs. */
const libraries = new Map<string, ts.SourceFile | undefined>();

function programOf(text: string): { program: ts.Program; source: ts.SourceFile } {
  const file = 'all.ts';
  const options: ts.CompilerOptions = {
    strict: true,
    noEmit: true,
    target: ts.ScriptTarget.ES2022,
    lib: ['lib.es5.d.ts'],
    types: [],
    skipLibCheck: true,
  };
  const host = ts.createCompilerHost(options);
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.ES2022, true);
  const libraryOf: ts.CompilerHost['getSourceFile'] = (name, version) => {
    const known = libraries.get(name) ?? host.getSourceFile(name, version);
    libraries.set(name, known);
    return known;
  };
  const program = ts.createProgram({
    rootNames: [file],
    options,
    host: {
      ...host,
      fileExists: (name) => name === file || host.fileExists(name),
      getSourceFile: (name, version) => (name === file ? source : libraryOf(name, version)),
    },
  });
  return { program, source };
}

function typeOfValue(value: Json): string {
  if (Array.isArray(value)) return `[${value.map(typeOfValue).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  return `{ ${Object.entries(value)
    .map(([key, member]) => `${JSON.stringify(key)}: ${typeOfValue(member)}`)
    .join('; ')} }`;
}
