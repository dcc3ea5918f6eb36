import ts from 'typescript';

import { pointerOf } from '../spec/json.ts';

/** The key of something that is declared in generated code; `undefined` for what is no part of a contract. */
export function keyOfDeclaration(declaration: ts.Declaration): string | undefined {
  if (ts.isTypeAliasDeclaration(declaration)) return keyOfAlias(declaration);
  const names: string[] = [];
  for (let node: ts.Node = declaration; !ts.isSourceFile(node); node = node.parent) {
    if ((ts.isPropertySignature(node) || ts.isPropertyAssignment(node)) && named(node.name))
      names.unshift(node.name.text);
    if (ts.isInterfaceDeclaration(node)) return inTypes(node.name.text, names);
    if (ts.isVariableDeclaration(node))
      return ts.isIdentifier(node.name) && node.name.text === 'operations' && names.length === 1
        ? pointerOf(['operations', ...names])
        : undefined;
  }
  return undefined;
}

/** `components['schemas']['Address']` under a name of its own. */
function keyOfAlias({ type }: ts.TypeAliasDeclaration): string | undefined {
  const names: string[] = [];
  let node: ts.TypeNode = type;
  while (ts.isIndexedAccessTypeNode(node)) {
    if (ts.isLiteralTypeNode(node.indexType) && ts.isStringLiteral(node.indexType.literal))
      names.unshift(node.indexType.literal.text);
    node = node.objectType;
  }
  return ts.isTypeReferenceNode(node) && ts.isIdentifier(node.typeName)
    ? inTypes(node.typeName.text, names)
    : undefined;
}

function inTypes(root: string, names: readonly string[]): string | undefined {
  if (root === 'components') return names[0] === 'schemas' && names.length > 1 ? pointerOf(names) : undefined;
  return root === 'operations' && names.length > 0 ? pointerOf(['operations', ...names]) : undefined;
}

function named(name: ts.PropertyName): name is ts.Identifier | ts.StringLiteral | ts.NumericLiteral {
  return ts.isIdentifier(name) || ts.isStringLiteral(name) || ts.isNumericLiteral(name);
}
