import { readFileSync, readdirSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import ts from 'typescript';

/** One import or re-export of a module. */
export interface Import {
  readonly specifier: string;
  /** Erased at run time. */
  readonly typeOnly: boolean;
  readonly line: number;
}

/** A TypeScript source of the repository. */
export interface Source {
  /** From the repository's root, with `/`. */
  readonly path: string;
  readonly text: string;
  readonly imports: readonly Import[];
}

/** The repository's root. */
export const root = join(import.meta.dirname, '..', '..', '..');

const skipped = new Set(['node_modules', 'dist', '.nx', '.work', 'coverage']);

/** Every TypeScript source below `apps`, `libs` and `tools`; tests only when asked for. */
export function sourcesOf(kind: 'src' | 'all'): Source[] {
  return ['apps', 'libs', 'tools']
    .flatMap((folder) => filesBelow(join(root, folder)))
    .filter((file) => /\.tsx?$/.test(file) && !file.endsWith('.d.ts'))
    .map((file) => relative(root, file).split(sep).join('/'))
    .filter((path) => kind === 'all' || (/^\w+\/[^/]+\/src\//.test(path) && !/\.test\.tsx?$/.test(path)))
    .map((path) => sourceOf(path, readFileSync(join(root, path), 'utf8')));
}

/** Parses one source. */
export function sourceOf(path: string, text: string): Source {
  const file = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, false);
  const imports: Import[] = [];
  const note = (node: ts.Node, specifier: ts.Node | undefined, typeOnly: boolean): void => {
    if (specifier === undefined || !ts.isStringLiteral(specifier)) return;
    imports.push({
      specifier: specifier.text,
      typeOnly,
      line: file.getLineAndCharacterOfPosition(node.pos).line + 1,
    });
  };
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node))
      note(node, node.moduleSpecifier, node.importClause?.phaseModifier === ts.SyntaxKind.TypeKeyword);
    else if (ts.isExportDeclaration(node)) note(node, node.moduleSpecifier, node.isTypeOnly);
    else if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword)
      note(node, node.arguments[0], false);
    ts.forEachChild(node, visit);
  };
  visit(file);
  return { path, text, imports };
}

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    if (skipped.has(entry.name)) return [];
    const path = join(folder, entry.name);
    return entry.isDirectory() ? filesBelow(path) : [path];
  });
}

/** Every Markdown document that git would track. */
export function documents(): { readonly path: string; readonly text: string }[] {
  const atRoot = readdirSync(root).filter((name) => name.endsWith('.md'));
  const below = ['apps', 'libs', 'tools', 'specs', 'docs', 'examples'].flatMap((folder) =>
    filesBelow(join(root, folder)).filter((file) => file.endsWith('.md')),
  );
  return [...atRoot.map((name) => join(root, name)), ...below].map((file) => ({
    path: relative(root, file).split(sep).join('/'),
    text: readFileSync(file, 'utf8'),
  }));
}
