import { posix } from 'node:path';
import ts from 'typescript';
import { isGenerated } from './files.ts';
import type { Source } from './sources.ts';

/** Exported declarations without a doc comment. */
export function undocumented(sources: readonly Source[]): string[] {
  return sources
    .filter((source) => !isGenerated(source.path))
    .flatMap((source) => {
      const file = ts.createSourceFile(source.path, source.text, ts.ScriptTarget.Latest, true);
      return file.statements
        .filter(isExportedDeclaration)
        .filter((node) => ts.getJSDocCommentsAndTags(node).length === 0)
        .map((node) => `${source.path}:${file.getLineAndCharacterOfPosition(node.getStart()).line + 1}`);
    });
}

function isExportedDeclaration(node: ts.Statement): boolean {
  return (
    ts.canHaveModifiers(node) &&
    (ts.getModifiers(node)?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword) ?? false)
  );
}

/** A document of the repository. */
export interface Document {
  /** From the repository's root, with `/`. */
  readonly path: string;
  readonly text: string;
}

const pathLike =
  /(?<![\w/.-])((?:apps|libs|tools|specs|docs|examples)\/[\w.*{},<>/-]+|[A-Z]{4,}\.md)(?![\w-])/g;

/**
 * Paths that a document names and that do not exist; `exists` answers for a path from the root. A path may
 * also start at the document's folder.
 */
export function deadPaths({ path, text }: Document, exists: (path: string) => boolean): string[] {
  return (
    [...text.matchAll(pathLike)]
      .map(([, named = '']) => named.replace(/[.,]+$/, ''))
      .filter((named) => !/[*<>{]/.test(named))
      .filter((named) => !exists(named) && !exists(posix.join(posix.dirname(path), named)))
      // The reader's own specs, in examples.
      .filter((named) => !/^specs\/(shop|x)\//.test(named))
      .map((named) => `${path} names ${named}, which does not exist`)
  );
}
