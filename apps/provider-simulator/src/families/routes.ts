import { type OperationId, operations } from './operations.ts';

interface Route {
  readonly operationId: OperationId;
  readonly method: string;
  readonly segments: readonly string[];
}

const routes: readonly Route[] = Object.values(operations).map(({ operationId, method, path }) => ({
  operationId,
  method,
  segments: path.split('/'),
}));

/** Where a request leads: an operation, a path that exists for other methods, or nowhere. */
export type Routing =
  | { readonly operationId: OperationId; readonly params: Readonly<Record<string, string>> }
  | { readonly allow: readonly string[] }
  | undefined;

/** Finds the operation of a path, relative to the API's base. A fixed segment goes before a parameter. */
export function findOperation(method: string, path: string): Routing {
  const segments = path.split('/');
  const fitting = routes
    .filter((route) => fits(route, segments))
    .toSorted((a, b) => parameters(a) - parameters(b));
  const route = fitting.find((one) => one.method === method);
  if (route !== undefined) return { operationId: route.operationId, params: readParams(route, segments) };
  return fitting.length === 0 ? undefined : { allow: fitting.map((one) => one.method) };
}

function fits(route: Route, segments: readonly string[]): boolean {
  return (
    route.segments.length === segments.length &&
    route.segments.every((segment, at) =>
      isParameter(segment) ? segments[at] !== '' : segment === segments[at],
    )
  );
}

function parameters(route: Route): number {
  return route.segments.filter(isParameter).length;
}

function isParameter(segment: string): boolean {
  return segment.startsWith('{');
}

function readParams(route: Route, segments: readonly string[]): Record<string, string> {
  const pairs = route.segments.flatMap((segment, at) =>
    isParameter(segment) ? [[segment.slice(1, -1), decode(segments[at] ?? '')] as const] : [],
  );
  return Object.fromEntries(pairs);
}

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
