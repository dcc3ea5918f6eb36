import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { root } from './root.ts';

/** One error code of a package: what its doc comment or table says of it. */
export interface ErrorCode {
  readonly packageName: string;
  readonly code: string;
  readonly meaning: string;
}

/**
 * Every code of the unions named `...ErrorCode` and of the tables they are made from, in the packages' own
 * words.
 */
export function errorCodes(): readonly ErrorCode[] {
  return ['libs', 'apps', 'tools']
    .flatMap((folder) =>
      readdirSync(join(root, folder)).map((name) => ({ folder: `${folder}/${name}`, name })),
    )
    .flatMap(({ folder, name }) =>
      errorFiles(join(root, folder, 'src')).flatMap((file) => codesIn(`@enrollkit/${name}`, file)),
    );
}

function errorFiles(folder: string): readonly string[] {
  try {
    return readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((name) => /errors?\.ts$/.test(name))
      .map((name) => join(folder, name));
  } catch {
    return [];
  }
}

/**
 * A code stands as a property of a table (`'code': 'meaning'`) or as a member of a union, with a row in the
 * comment above.
 */
function codesIn(packageName: string, file: string): readonly ErrorCode[] {
  const text = readFileSync(file, 'utf8');
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  const rows = new Map(
    [...text.matchAll(/^\s*\*\s*\|\s*(`[^|]+`)\s*\|\s*(.+?)\s*\|\s*$/gm)].flatMap(
      ([, codes = '', meaning = '']) =>
        [...codes.matchAll(/`([a-z0-9-]+)`/g)].map(([, code = '']) => [code, meaning] as const),
    ),
  );
  const found = new Map<string, string>();
  const visit = (node: ts.Node): void => {
    if (ts.isTypeAliasDeclaration(node) && node.name.text.endsWith('ErrorCode')) collectUnion(node.type);
    // A word in place of a sentence is another table's: how the command ends for a code of some package.
    if (ts.isPropertyAssignment(node) && ts.isStringLiteral(node.name) && isCode(node.name.text)) {
      const meaning = meaningOf(node.initializer) ?? rows.get(node.name.text) ?? '';
      if (!/^[a-z]+$/.test(meaning)) found.set(node.name.text, meaning);
    }
    ts.forEachChild(node, visit);
  };
  const collectUnion = (type: ts.TypeNode): void => {
    if (ts.isUnionTypeNode(type)) type.types.forEach(collectUnion);
    else if (ts.isLiteralTypeNode(type) && ts.isStringLiteral(type.literal))
      found.set(
        type.literal.text,
        found.get(type.literal.text) || commentOf(text, type) || (rows.get(type.literal.text) ?? ''),
      );
  };
  visit(source);
  // A code that the union makes of two words stands only in the comment's table.
  for (const [code, meaning] of rows) if (isCode(code) && !found.has(code)) found.set(code, meaning);
  return [...found].map(([code, meaning]) => ({ packageName, code, meaning }));
}

/** The doc comment in front of a member of a union: it stands before the bar. */
function commentOf(text: string, node: ts.Node): string {
  const found = /\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\s*\|?\s*$/.exec(text.slice(0, node.getStart()));
  return (found?.[1] ?? '')
    .replaceAll(/^\s*\*/gm, '')
    .replaceAll(/\s+/g, ' ')
    .trim();
}

function isCode(text: string): boolean {
  return /^[a-z]+(-[a-z0-9]+)+$/.test(text);
}

function meaningOf(node: ts.Expression): string | undefined {
  if (ts.isStringLiteralLike(node)) return node.text;
  if (!ts.isObjectLiteralExpression(node)) return undefined;
  const texts = node.properties.flatMap((property) =>
    ts.isPropertyAssignment(property) && ts.isStringLiteralLike(property.initializer)
      ? [property.initializer.text]
      : [],
  );
  return texts.join(' ');
}

/** The page of all error codes. */
export function errorIndexPage(): string {
  const rows = errorCodes()
    .toSorted((a, b) => a.code.localeCompare(b.code))
    .map(
      ({ code, packageName, meaning }) =>
        `| \`${code}\` | \`${packageName}\` | ${meaning
          .replaceAll('|', String.raw`\|`)
          .replaceAll('<', '&lt;')
          .replaceAll('{{', '{ {')} |`,
    );
  return [
    '# Error codes',
    '',
    'Every error has a `code`, a `message` (what was asked, what was found), a `hint` and a safe `cause`. This index is made from the',
    'sources. Exit codes of the command are in the [README](../README.md#exit-codes).',
    '',
    '| code | package | what it means, what to do |',
    '| --- | --- | --- |',
    ...rows,
    '',
  ].join('\n');
}
