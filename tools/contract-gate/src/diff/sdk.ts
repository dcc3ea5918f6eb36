import { asObject, type JsonObject } from '../spec/json.ts';
import type { Shared } from './context.ts';

/** Names that generated code exports: a program that uses one stops compiling when it is gone. */
export function compareNames({ base, revision, sink }: Shared): void {
  for (const name of removedNames(schemasOf(base), schemasOf(revision))) {
    sink.add({
      kind: 'schema-removed',
      direction: 'sdk',
      severity: 'breaking',
      where: `schema ${name}`,
      basePointer: `/components/schemas/${name}`,
      revisionPointer: '/components/schemas',
      message: `the schema ${name} was removed or renamed: generated code no longer exports that name`,
    });
  }
}

/** Those that are not there any more. */
export function removedNames(before: readonly string[], after: readonly string[]): string[] {
  const kept = new Set(after);
  return before.filter((name) => !kept.has(name));
}

function schemasOf(document: JsonObject): string[] {
  return Object.keys(asObject(asObject(document.components).schemas));
}
