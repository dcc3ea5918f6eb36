import ts from 'typescript';

/** How many types deep a value that is handed over is looked into. */
export const deepest = 6;

/** Where a value is handed over, and how many types deep we are in it. */
export interface Handed {
  readonly at: ts.Node;
  readonly depth: number;
}

/** True for a member that a value may not have. */
export function mayBeAbsent(member: ts.Symbol, checker: ts.TypeChecker): boolean {
  const type = checker.getTypeOfSymbol(member);
  const undefinedToo = variants(type).some(({ flags }) => (flags & ts.TypeFlags.Undefined) !== 0);
  return (member.flags & ts.SymbolFlags.Optional) !== 0 || undefinedToo;
}

/** The members of a union; what `NoInfer` wraps is meant itself. */
export function variants(type: ts.Type): readonly ts.Type[] {
  const { baseType: meant = type } = type as Partial<ts.SubstitutionType> & ts.Type;
  const real = (type.flags & ts.TypeFlags.Substitution) === 0 ? type : meant;
  return real.isUnion() ? real.types : [real];
}

/** An object that is written in code, not one of the language's own. */
export function isPlain(type: ts.Type): boolean {
  return type.symbol !== undefined && (type.symbol.flags & ts.SymbolFlags.ObjectLiteral) !== 0;
}

/** The texts that are written to the member with this name, where no other value can be. */
export function literalsAt(name: ts.Node, checker: ts.TypeChecker): readonly string[] | undefined {
  const { parent } = name;
  if (!ts.isPropertyAssignment(parent) || parent.name !== name) return undefined;
  const given = variants(checker.getTypeAtLocation(parent.initializer));
  const texts = given.flatMap((one) => (one.isStringLiteral() ? [one.value] : []));
  return texts.length === given.length ? texts : undefined;
}
