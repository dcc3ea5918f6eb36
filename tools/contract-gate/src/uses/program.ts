import { glob } from 'node:fs/promises';
import { relative, resolve, sep } from 'node:path';

import ts from 'typescript';

import type { SourceConfig } from '../config/config.ts';
import { SpecError } from '../spec/errors.ts';
import type { JsonObject } from '../spec/json.ts';
import { ContractFiles, generatedBy, generatorOf } from './generated.ts';

/** The code of a workspace, type checked against a contract. */
export interface Workspace {
  readonly checker: ts.TypeChecker;
  /** The hand-written files that can have to do with the contract. */
  readonly files: readonly ts.SourceFile[];
  /** False when nothing was found that was generated from the contract. */
  readonly found: boolean;
  /** True for what is declared in the contract's generated code. */
  isGenerated(file: ts.SourceFile): boolean;
}

/** What to look at. */
export interface WorkspaceRequest {
  readonly cwd: string;
  readonly source: SourceConfig;
  /**
   * The name of the contract in the workspace, where it has one: its folder of code that this tool generated.
   */
  readonly name: string | undefined;
  /** The document that consumers were written against. */
  readonly document: JsonObject;
  /** The types that this tool generates of it: they stand in place of those on the disk. */
  readonly types: string;
}

/** Opens the code of a workspace. Throws `SpecError` when there is no such `tsconfig.json`. */
export async function openWorkspace({
  cwd,
  source,
  name,
  document,
  types,
}: WorkspaceRequest): Promise<Workspace> {
  const options = optionsOf(projectFile(source, cwd));
  const included = await filesOf(source, cwd);
  const generated = generatedFolder(resolve(cwd, source.generated), included, name);
  const roots = included.filter((file) => !file.startsWith(`${generated}${sep}`));
  const typesFile = resolve(generated, name ?? '', 'types.ts').replaceAll('\\', '/');
  const host = ts.createCompilerHost(options);
  const program = ts.createProgram({
    rootNames: roots,
    options,
    host: {
      ...host,
      fileExists: (file) => (name !== undefined && file === typesFile) || host.fileExists(file),
      getSourceFile: (file, ...rest) =>
        name !== undefined && file === typesFile
          ? ts.createSourceFile(file, types, ts.ScriptTarget.Latest, true)
          : host.getSourceFile(file, ...rest),
    },
  });
  const folder = `${resolve(generated, name ?? '')}${sep}`;
  const others = new ContractFiles(document).among(program.getSourceFiles());
  const isGenerated = (file: ts.SourceFile): boolean =>
    others.has(file) || (name !== undefined && resolve(file.fileName).startsWith(folder));
  const wanted = new Set(roots.map((file) => resolve(file)));
  const checker = program.getTypeChecker();
  const reaching = reachingFiles(program.getSourceFiles(), isGenerated, checker);
  const files = reaching.filter(
    (file) => wanted.has(resolve(file.fileName)) && generatorOf(file) === undefined,
  );
  return { checker, isGenerated, files, found: program.getSourceFiles().some(isGenerated) };
}

/** The folder that this tool generated: the configured one, or the one that is found among the files. */
function generatedFolder(configured: string, files: readonly string[], name: string | undefined): string {
  if (name === undefined || ts.sys.fileExists(resolve(configured, name, 'types.ts'))) return configured;
  const ending = `${sep}${name}${sep}types.ts`;
  const found = files.find(
    (file) => file.endsWith(ending) && (ts.sys.readFile(file) ?? '').startsWith(generatedBy),
  );
  return found === undefined ? configured : found.slice(0, -ending.length);
}

/** The configured file, or the first there is of the usual ones. */
function projectFile({ project }: SourceConfig, cwd: string): string | undefined {
  if (project !== undefined) return resolve(cwd, project);
  return ['tsconfig.json', 'tsconfig.base.json']
    .map((file) => resolve(cwd, file))
    .find((file) => ts.sys.fileExists(file));
}

/** How modules are found where no project says it. */
const usual: ts.CompilerOptions = {
  strict: true,
  target: ts.ScriptTarget.ES2022,
  module: ts.ModuleKind.ESNext,
  moduleResolution: ts.ModuleResolutionKind.Bundler,
  allowImportingTsExtensions: true,
  noEmit: true,
};

function optionsOf(project: string | undefined): ts.CompilerOptions {
  if (project === undefined) return usual;
  const { config, error } = ts.readConfigFile(project, (file) => ts.sys.readFile(file));
  if (error !== undefined) {
    throw new SpecError(
      'source-unusable',
      `cannot read ${project}: ${ts.flattenDiagnosticMessageText(error.messageText, '\n')}`,
      { hint: 'Name the tsconfig.json of the workspace under `source.project` in contract-gate.yaml.' },
    );
  }
  const parsed = ts.parseJsonConfigFileContent(
    { ...(config as object), files: [] },
    ts.sys,
    resolve(project, '..'),
  );
  return { ...parsed.options, noEmit: true, skipLibCheck: true };
}

async function filesOf({ include, exclude }: SourceConfig, cwd: string): Promise<string[]> {
  const out = new Set<string>();
  for (const pattern of exclude) for await (const file of glob(pattern, { cwd })) out.add(resolve(cwd, file));
  const found = new Set<string>();
  for (const pattern of include) {
    for await (const file of glob(pattern, { cwd })) {
      if (/\.test\.tsx?$|\.d\.ts$|(^|[\\/])node_modules[\\/]/.test(relative(cwd, resolve(cwd, file))))
        continue;
      if (!out.has(resolve(cwd, file))) found.add(resolve(cwd, file));
    }
  }
  return [...found].sort();
}

/** The files that import generated code, or import one that does. */
function reachingFiles(
  files: readonly ts.SourceFile[],
  isGenerated: (file: ts.SourceFile) => boolean,
  checker: ts.TypeChecker,
): ts.SourceFile[] {
  const importers = new Map<ts.SourceFile, ts.SourceFile[]>();
  for (const file of files) {
    if (file.isDeclarationFile) continue;
    for (const target of importsOf(file, checker))
      importers.set(target, [...(importers.get(target) ?? []), file]);
  }
  const reached = new Set<ts.SourceFile>();
  const waiting = files.filter(isGenerated);
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    for (const importer of importers.get(next) ?? []) {
      if (reached.has(importer)) continue;
      reached.add(importer);
      waiting.push(importer);
    }
  }
  return files.filter((file) => reached.has(file) && !isGenerated(file));
}

function importsOf(file: ts.SourceFile, checker: ts.TypeChecker): ts.SourceFile[] {
  const specifiers = file.statements.flatMap((statement) =>
    (ts.isImportDeclaration(statement) || ts.isExportDeclaration(statement)) &&
    statement.moduleSpecifier !== undefined
      ? [statement.moduleSpecifier]
      : [],
  );
  return specifiers.flatMap(
    (specifier) =>
      checker
        .getSymbolAtLocation(specifier)
        ?.declarations?.map((declaration) => declaration.getSourceFile()) ?? [],
  );
}
