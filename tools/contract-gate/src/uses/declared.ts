import ts from 'typescript';

import { pointerOf } from '../spec/json.ts';
import type { TypeNames } from './type-names.ts';

/** The keys of something that is declared in generated code; none for what is no part of a contract. */
export function keysOfDeclaration(declaration: ts.Declaration, types: TypeNames): string[] {
  if (ts.isTypeAliasDeclaration(declaration))
    return [...keyOfAlias(declaration), ...types.keysOf(declaration.name.text, [])];
  const names: string[] = [];
  for (let node: ts.Node = declaration; !ts.isSourceFile(node); node = node.parent) {
    if ((ts.isPropertySignature(node) || ts.isPropertyAssignment(node)) && named(node.name))
      names.unshift(node.name.text);
    if (ts.isInterfaceDeclaration(node)) {
      const own = inTypes(node.name.text, names);
      return own.length > 0 ? own : types.keysOf(node.name.text, names);
    }
    if (ts.isTypeAliasDeclaration(node)) return types.keysOf(node.name.text, names);
    if (ts.isFunctionDeclaration(node)) return names.length === 0 ? types.functionKeys(node.name?.text) : [];
    if (ts.isVariableDeclaration(node) && ts.isIdentifier(node.name)) {
      if (node.name.text === 'operations')
        return names.length === 1 ? [pointerOf(['operations', ...names])] : [];
      return names.length === 0 ? types.functionKeys(node.name.text) : [];
    }
  }
  return [];
}

/** `components['schemas']['Address']` under a name of its own. */
function keyOfAlias({ type }: ts.TypeAliasDeclaration): string[] {
  const names: string[] = [];
  let node: ts.TypeNode = type;
  while (ts.isIndexedAccessTypeNode(node)) {
    if (ts.isLiteralTypeNode(node.indexType) && ts.isStringLiteral(node.indexType.literal))
      names.unshift(node.indexType.literal.text);
    node = node.objectType;
  }
  return ts.isTypeReferenceNode(node) && ts.isIdentifier(node.typeName)
    ? inTypes(node.typeName.text, names)
    : [];
}

function inTypes(root: string, names: readonly string[]): string[] {
  if (root === 'components') return names[0] === 'schemas' && names.length > 1 ? [pointerOf(names)] : [];
  return root === 'operations' && names.length > 0 ? [pointerOf(['operations', ...names])] : [];
}

function named(name: ts.PropertyName): name is ts.Identifier | ts.StringLiteral | ts.NumericLiteral {
  return ts.isIdentifier(name) || ts.isStringLiteral(name) || ts.isNumericLiteral(name);
}
