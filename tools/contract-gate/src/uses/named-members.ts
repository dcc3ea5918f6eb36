import ts from 'typescript';

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

/** The members of each `Pick<Order, 'total'>`, and of mapped types like it, that it names by a literal. */
export function pickedMembers(files: readonly ts.Node[], checker: ts.TypeChecker): ReadonlySet<ts.Symbol> {
  const found = new Set<ts.Symbol>();
  const visit = (node: ts.Node): void => {
    const members = ts.isTypeReferenceNode(node) ? namedMembers(node, checker) : [];
    for (const { name } of members) {
      const type = checker.getTypeAtLocation(node);
      const member = isMapped(type) ? checker.getPropertyOfType(type, name) : undefined;
      if (member !== undefined) found.add(member);
    }
    ts.forEachChild(node, visit);
  };
  for (const file of files) visit(file);
  return found;
}

function isMapped(type: ts.Type & { readonly objectFlags?: ts.ObjectFlags }): boolean {
  return ((type.objectFlags ?? 0) & ts.ObjectFlags.Mapped) !== 0;
}

/** `T` of `keyof T`. */
function ownerOf(constraint: ts.TypeNode | undefined): string | undefined {
  if (constraint === undefined || !ts.isTypeOperatorNode(constraint)) return undefined;
  const { type } = constraint;
  return ts.isTypeReferenceNode(type) && ts.isIdentifier(type.typeName) ? type.typeName.text : undefined;
}
