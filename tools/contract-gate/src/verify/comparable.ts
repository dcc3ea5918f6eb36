import { operationFinder } from '../pact/operation.ts';
import type { Interaction } from '../pact/pact.ts';
import { asObject, asString, type JsonObject, pointerOf } from '../spec/json.ts';
import { follow } from '../spec/operations.ts';
import { withoutSlowPatterns } from '../spec/slow-patterns.ts';

/** A plain view as the comparator can read it; the argument is not changed. */
export function comparable(view: JsonObject): JsonObject {
  return withAnyScheme(withPathItems(withoutSlowPatterns(view)));
}

/**
 * Finds the path with a fragment (`/#Action=List`) that an interaction may mean: the comparator never finds
 * such a path. `undefined` where there is none, or where a path without a fragment fits.
 */
export function fragmentPath(
  document: JsonObject,
): (interaction: Interaction | undefined) => string | undefined {
  const written = Object.entries(asObject(document.paths));
  const paths = written.filter(([path]) => !path.includes('#'));
  const plain = operationFinder({ ...document, paths: Object.fromEntries(paths) });
  const finders = written
    .filter(([path]) => path.includes('#'))
    .map(([path, item]) => ({
      path,
      find: operationFinder({ ...document, paths: { [withoutFragment(path)]: item } }),
    }));
  return (interaction) => {
    if (interaction === undefined || finders.length === 0 || plain(interaction) !== undefined)
      return undefined;
    const { method, path } = interaction;
    const found = finders.filter(({ find }) => find({ method, path: withoutFragment(path) }) !== undefined);
    return (found.find((one) => one.path === path) ?? found[0])?.path;
  };
}

function withoutFragment(path: string): string {
  return path.replace(/#.*$/, '');
}

/** The comparator looks for operations in path items that are written out, not behind a reference. */
function withPathItems(view: JsonObject): JsonObject {
  const items = Object.entries(asObject(view.paths)).map(([path, item]) => {
    const { value = item } = follow(view, item, pointerOf(['paths', path]));
    // The comparator writes into operations: two paths must not share one.
    return [path, value === item ? item : structuredClone(value)] as const;
  });
  return { ...view, paths: Object.fromEntries(items) };
}

/**
 * The comparator knows the HTTP schemes Basic and Bearer alone: where there is another (`OAuth`), any
 * `Authorization` is one.
 */
function withAnyScheme(view: JsonObject): JsonObject {
  const schemes = Object.values(asObject(asObject(view.components).securitySchemes)).map(asObject);
  const others = schemes.filter(
    ({ type, scheme }) => type === 'http' && !/^(basic|bearer)$/i.test(asString(scheme) ?? ''),
  );
  return others.length === 0
    ? view
    : { ...view, info: { ...asObject(view.info), 'x-opc-config-no-authorization-schema': true } };
}
