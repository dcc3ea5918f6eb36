import ts from 'typescript';

import type { Place } from '../spec/place.ts';
import { ContractMembers } from './contract-members.ts';
import { FetchCalls } from './fetch-calls.ts';
import { namedMembers, pickedMembers } from './named-members.ts';
import { PlacesByKey } from './places.ts';
import { openWorkspace, type Workspace, type WorkspaceRequest } from './program.ts';
import { TypeNames } from './type-names.ts';
import { deepest, type Handed, isPlain, literalsAt, mayBeAbsent, variants } from './types.ts';

/** Where code uses the parts of a contract. */
export interface CodeUses {
  /** False when the workspace has no types of the contract: nothing can be said about its code then. */
  readonly found: boolean;
  /** The places that use the part with this key, by file and line; of those that write, those of `values`. */
  at(key: string, values?: ReadonlySet<unknown>): readonly Place[];
  /** Those of them that do not compile any more once the part is gone. */
  whenGone(key: string): readonly Place[];
  /** The places that write the object around the part with this key, and leave that part out. */
  without(key: string): readonly Place[];
}

/**
 * Finds where hand-written code uses a contract, as the compiler understands it: members read, destructured
 * or written, values handed to where the contract's type is wanted, types named, operations called. Nothing
 * is found by its name alone.
 */
export async function codeUses(request: WorkspaceRequest): Promise<CodeUses> {
  const workspace = await openWorkspace(request);
  const finder = new UseFinder(workspace, request);
  for (const file of workspace.files) finder.visit(file);
  return {
    found: workspace.found,
    at: (key, values) => finder.found.of([`${picked}${key}`, key], values),
    whenGone: (key) => finder.found.of([key]),
    without: (key) => finder.found.of([`${absent}${key}`]),
  };
}

/** Begins the key of a part that is left out. */
const absent = '!';
/** Begins the key of a part that is written into a `Pick`, which takes anything once the part is gone. */
const picked = '~';

class UseFinder {
  readonly found: PlacesByKey;
  readonly #workspace: Workspace;
  readonly #picked: ReadonlySet<ts.Symbol>;
  #met = 0;
  /** Types that do not meet the contract anywhere, wherever one is handed to the other. */
  readonly #unrelated = new Map<ts.Type, Set<ts.Type>>();
  readonly #members: ContractMembers;
  readonly #calls: FetchCalls;

  constructor(workspace: Workspace, { cwd, document }: WorkspaceRequest) {
    this.#workspace = workspace;
    this.found = new PlacesByKey(cwd);
    this.#picked = pickedMembers(workspace.files, workspace.checker);
    this.#members = new ContractMembers(workspace, new TypeNames(document));
    this.#calls = new FetchCalls(document, workspace.checker);
  }

  visit(node: ts.Node): void {
    if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) return;
    this.#use(node);
    ts.forEachChild(node, (child) => this.visit(child));
  }

  #use(node: ts.Node): void {
    const { checker } = this.#workspace;
    if (ts.isPropertyAccessExpression(node)) this.#symbol(checker.getSymbolAtLocation(node.name), node.name);
    else if (ts.isElementAccessExpression(node) && ts.isStringLiteral(node.argumentExpression))
      this.#member(
        checker.getTypeAtLocation(node.expression),
        node.argumentExpression.text,
        node.argumentExpression,
      );
    else if (ts.isTypeReferenceNode(node)) {
      this.#symbol(checker.getSymbolAtLocation(node.typeName), node.typeName);
      for (const { of, name, at } of namedMembers(node, checker)) this.#member(of, name, at);
    } else if (ts.isIndexedAccessTypeNode(node)) this.#indexed(node);
    else if (ts.isBindingElement(node) && ts.isObjectBindingPattern(node.parent))
      this.#bound(node, node.parent);
    else if (ts.isObjectLiteralExpression(node)) this.#literal(node);
    if (ts.isCallExpression(node)) this.#call(node);
    if (ts.isExpression(node) && !ts.isObjectLiteralExpression(node)) this.#handedOver(node);
  }

  /** A call of an operation; one that gives nothing leaves all parameters out. */
  #call(call: ts.CallExpression): void {
    const byPath = this.#calls.operationOf(call);
    const symbol =
      byPath === undefined ? this.#workspace.checker.getSymbolAtLocation(call.expression) : undefined;
    const keys =
      byPath === undefined ? (symbol === undefined ? [] : this.#members.keysOf(symbol)) : [byPath.key];
    for (const { key, at, given } of byPath?.parts ?? []) this.#add(given ? key : `${absent}${key}`, at);
    for (const key of keys.filter((one) => one.startsWith('/operations/'))) {
      if (byPath !== undefined) this.#add(key, call);
      if (byPath?.bare ?? call.arguments.length === 0) this.#add(`${absent}${key}`, call);
    }
  }

  #indexed({ objectType, indexType }: ts.IndexedAccessTypeNode): void {
    if (ts.isLiteralTypeNode(indexType) && ts.isStringLiteral(indexType.literal))
      this.#member(
        this.#workspace.checker.getTypeFromTypeNode(objectType),
        indexType.literal.text,
        indexType,
      );
  }

  #bound(element: ts.BindingElement, pattern: ts.ObjectBindingPattern): void {
    const name = element.propertyName ?? element.name;
    if (ts.isIdentifier(name) || ts.isStringLiteral(name))
      this.#member(this.#workspace.checker.getTypeAtLocation(pattern), name.text, name);
  }

  /** Members of an object that is written where the contract's type is wanted. */
  #literal(literal: ts.ObjectLiteralExpression): void {
    const { checker } = this.#workspace;
    const wanted = checker.getContextualType(literal);
    if (wanted === undefined) return;
    for (const property of literal.properties) {
      if (ts.isSpreadAssignment(property))
        this.#flow(wanted, checker.getTypeAtLocation(property.expression), { at: property, depth: 0 });
      else if (ts.isIdentifier(property.name) || ts.isStringLiteral(property.name))
        for (const member of this.#members.named(property.name.text, wanted))
          this.#given(member, property.name);
      if (ts.isShorthandPropertyAssignment(property)) this.#shorthand(property, wanted);
    }
    this.#lacking(wanted, checker.getTypeAtLocation(literal), literal);
  }

  /** What a value does not have, or may not have, of the contract's type that is wanted. */
  #lacking(wanted: ts.Type, given: ts.Type, at: ts.Node): void {
    const { checker } = this.#workspace;
    for (const branch of variants(wanted)) {
      for (const member of this.#members.has(branch) ? branch.getProperties() : []) {
        const own = checker.getPropertyOfType(given, member.name);
        if (own === member || (own !== undefined && !mayBeAbsent(own, checker))) continue;
        const place = own === undefined ? at : (this.#written(own) ?? at);
        for (const key of this.#members.keysOf(member)) this.#add(`${absent}${key}`, place);
      }
    }
  }

  #shorthand({ name }: ts.ShorthandPropertyAssignment, wanted: ts.Type): void {
    const { checker } = this.#workspace;
    const symbol = checker.getShorthandAssignmentValueSymbol(name.parent);
    for (const member of this.#members.named(name.text, wanted)) {
      if (symbol !== undefined)
        this.#flow(checker.getTypeOfSymbol(member), checker.getTypeOfSymbolAtLocation(symbol, name), {
          at: name,
          depth: 0,
        });
    }
  }

  /** A value of another type that goes where the contract's type is wanted: its members are used, too. */
  #handedOver(node: ts.Expression): void {
    const { parent } = node;
    const handed =
      ts.isReturnStatement(parent) ||
      (ts.isPropertyAssignment(parent) && parent.initializer === node) ||
      (ts.isVariableDeclaration(parent) && parent.initializer === node && parent.type !== undefined) ||
      (ts.isCallExpression(parent) && parent.expression !== node) ||
      (ts.isArrowFunction(parent) && parent.body === node);
    if (!handed || ts.isFunctionLike(node) || ts.isLiteralExpression(node)) return;
    const wanted = this.#workspace.checker.getContextualType(node);
    if (wanted === undefined) return;
    const given = this.#workspace.checker.getTypeAtLocation(node);
    const unrelated = this.#unrelated.get(wanted) ?? new Set();
    if (unrelated.has(given)) return;
    const before = this.#met;
    for (const one of variants(given))
      if ((one.flags & ts.TypeFlags.Object) !== 0) this.#lacking(wanted, one, node);
    this.#flow(wanted, given, { at: node, depth: 0 });
    this.#taken(wanted, given, { at: node, depth: 0 });
    if (this.#met === before) this.#unrelated.set(wanted, unrelated.add(given));
  }

  /**
   * A value of the contract that goes where another type is wanted: what that type has of it is used. So it
   * is with what a function gives that is handed over, alone or in an object.
   */
  #taken(wanted: ts.Type, given: ts.Type, { at, depth }: Handed): void {
    if (depth > 2) return;
    for (const branch of variants(given)) {
      const contract = this.#members.has(branch);
      for (const member of contract || isPlain(branch) ? branch.getProperties() : []) {
        for (const own of this.#members.named(member.name, wanted)) {
          if (!contract)
            this.#taken(
              this.#workspace.checker.getTypeOfSymbol(own),
              this.#workspace.checker.getTypeOfSymbol(member),
              { at: this.#written(member) ?? at, depth: depth + 1 },
            );
          else if (this.#members.keysOf(own).length === 0) this.#symbol(member, at);
        }
      }
      const [wantedCall, givenCall] = [wanted.getCallSignatures()[0], branch.getCallSignatures()[0]];
      if (wantedCall !== undefined && givenCall !== undefined)
        this.#taken(wantedCall.getReturnType(), givenCall.getReturnType(), { at, depth: depth + 1 });
    }
  }

  #flow(wanted: ts.Type, given: ts.Type, { at, depth }: Handed): void {
    if (depth > deepest || wanted === given) return;
    const { checker } = this.#workspace;
    for (const branch of variants(wanted)) {
      const item = checker.isArrayLikeType(branch)
        ? checker.getIndexTypeOfType(branch, ts.IndexKind.Number)
        : undefined;
      if (item !== undefined) {
        for (const one of variants(given)) {
          const other = checker.getIndexTypeOfType(one, ts.IndexKind.Number);
          if (other !== undefined) this.#flow(item, other, { at, depth: depth + 1 });
        }
        continue;
      }
      if (!this.#members.has(branch)) continue;
      for (const member of branch.getProperties()) {
        for (const own of variants(given).flatMap(
          (one) => checker.getPropertyOfType(one, member.name) ?? [],
        )) {
          if (own === member || this.#members.keysOf(own).length > 0) continue;
          const place = this.#written(own) ?? at;
          this.#given(member, place);
          this.#flow(checker.getTypeOfSymbol(member), checker.getTypeOfSymbol(own), {
            at: place,
            depth: depth + 1,
          });
        }
      }
    }
  }

  /** Where a member was written down as a part of a value, in code that is looked through. */
  #written(member: ts.Symbol): ts.Node | undefined {
    const declaration = member.valueDeclaration;
    const literal =
      declaration !== undefined &&
      (ts.isPropertyAssignment(declaration) || ts.isShorthandPropertyAssignment(declaration));
    return literal && this.#workspace.files.includes(declaration.getSourceFile())
      ? declaration.name
      : undefined;
  }

  #member(type: ts.Type, name: string, at: ts.Node): void {
    for (const member of this.#members.named(name, type)) this.#symbol(member, at);
  }

  #symbol(symbol: ts.Symbol | undefined, at: ts.Node): void {
    if (symbol === undefined) return;
    for (const key of this.#members.keysOf(symbol)) this.#add(key, at);
  }

  /** A value is given to a member. */
  #given(member: ts.Symbol, at: ts.Node): void {
    const prefix = this.#picked.has(member) ? picked : '';
    const values = literalsAt(at, this.#workspace.checker);
    for (const key of this.#members.keysOf(member)) this.#add(`${prefix}${key}`, at, values);
  }

  #add(key: string, node: ts.Node, values?: readonly string[]): void {
    this.#met += 1;
    this.found.add(key, node, values);
  }
}
