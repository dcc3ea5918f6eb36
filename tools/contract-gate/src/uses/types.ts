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

/** A member of a type that is named by a literal, as in `Pick<Order, 'total'>`. */
export interface NamedMember {
  readonly of: ts.Type;
  readonly name: string;
  readonly at: ts.Node;
}

/** The members that the arguments of a generic type name where it wants a `keyof` of another argument. */
export function namedMembers(
  { typeName, typeArguments = ts.factory.createNodeArray() }: ts.TypeReferenceNode,
  checker: ts.TypeChecker,
): NamedMember[] {
  if (typeArguments.length < 2) return [];
  const symbol = checker.getSymbolAtLocation(typeName);
  const isImported = ((symbol?.flags ?? 0) & ts.SymbolFlags.Alias) !== 0;
  const real = symbol !== undefined && isImported ? checker.getAliasedSymbol(symbol) : symbol;
  const generic = real?.declarations?.find(
    (one) => ts.isTypeAliasDeclaration(one) || ts.isInterfaceDeclaration(one),
  );
  const parameters = Array.from(generic?.typeParameters ?? []);
  return parameters.flatMap(({ constraint }, index) => {
    const argument = typeArguments[index];
    const owner = ownerOf(constraint);
    const of = typeArguments[parameters.findIndex(({ name }) => name.text === owner)];
    if (argument === undefined || of === undefined) return [];
    const parts = ts.isUnionTypeNode(argument) ? argument.types : [argument];
    return parts.flatMap((part) =>
      ts.isLiteralTypeNode(part) && ts.isStringLiteral(part.literal)
        ? [{ of: checker.getTypeFromTypeNode(of), name: part.literal.text, at: part }]
        : [],
    );
  });
}

/** `T` of `keyof T`. */
function ownerOf(constraint: ts.TypeNode | undefined): string | undefined {
  if (constraint === undefined || !ts.isTypeOperatorNode(constraint)) return undefined;
  const { type } = constraint;
  return ts.isTypeReferenceNode(type) && ts.isIdentifier(type.typeName) ? type.typeName.text : undefined;
}
