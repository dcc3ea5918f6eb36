import ts from 'typescript';

import { keysOfDeclaration } from './declared.ts';
import type { Workspace } from './program.ts';
import type { TypeNames } from './type-names.ts';
import { variants } from './types.ts';

/** Which members of the workspace's types are parts of the contract. */
export class ContractMembers {
  readonly #workspace: Workspace;
  readonly #names: TypeNames;
  readonly #types = new Map<ts.Type, boolean>();
  readonly #keys = new Map<ts.Symbol, readonly string[]>();

  constructor(workspace: Workspace, names: TypeNames) {
    this.#workspace = workspace;
    this.#names = names;
  }

  /** The members with this name that values of a type may have, one for each variant that has it. */
  named(name: string, type: ts.Type): ts.Symbol[] {
    return variants(type).flatMap((one) => this.#workspace.checker.getPropertyOfType(one, name) ?? []);
  }

  /** True for an object type with members of the contract. */
  has(type: ts.Type): boolean {
    const known = this.#types.get(type);
    if (known !== undefined) return known;
    const verdict =
      (type.flags & (ts.TypeFlags.Object | ts.TypeFlags.Intersection)) !== 0 &&
      type.getProperties().some((member) => this.keysOf(member).length > 0);
    this.#types.set(type, verdict);
    return verdict;
  }

  /** The keys of the parts that a symbol stands for; none for what is not of the contract. */
  keysOf(symbol: ts.Symbol): readonly string[] {
    const keys = this.#keys.get(symbol) ?? this.#read(symbol);
    this.#keys.set(symbol, keys);
    return keys;
  }

  #read(symbol: ts.Symbol): string[] {
    const { checker, isGenerated } = this.#workspace;
    const real = (symbol.flags & ts.SymbolFlags.Alias) === 0 ? symbol : checker.getAliasedSymbol(symbol);
    const declarations = checker.getRootSymbols(real).flatMap((root) => root.declarations ?? []);
    return declarations
      .filter((declaration) => isGenerated(declaration.getSourceFile()))
      .flatMap((declaration) => keysOfDeclaration(declaration, this.#names));
  }
}
