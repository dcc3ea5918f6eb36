import { relative, sep } from 'node:path';

import type ts from 'typescript';

import type { Place } from '../spec/place.ts';

interface Found {
  readonly place: Place;
  /** The texts that are written there; none where it is not known to be these alone. */
  readonly values: readonly string[] | undefined;
}

/** The places of code that are found for each key: one a line, the first of it. */
export class PlacesByKey {
  readonly #cwd: string;
  readonly #found = new Map<string, Map<string, Found>>();

  constructor(cwd: string) {
    this.#cwd = cwd;
  }

  /** `values`: the texts that are written there, where no other value can be. */
  add(key: string, node: ts.Node, values?: readonly string[]): void {
    const file = node.getSourceFile();
    const { line: row, character } = file.getLineAndCharacterOfPosition(node.getStart(file));
    const place = {
      file: relative(this.#cwd, file.fileName).split(sep).join('/'),
      line: row + 1,
      column: character + 1,
    };
    const places = this.#found.get(key) ?? new Map<string, Found>();
    const line = `${place.file}:${place.line}`;
    const known = places.get(line);
    this.#found.set(key, places.set(line, known === undefined ? { place, values } : joined(known, values)));
  }

  /** The places of all these keys, by file and line, without those that write nothing but other values. */
  of(keys: readonly string[], written?: ReadonlySet<unknown>): Place[] {
    const all = keys.flatMap((key) => [...(this.#found.get(key) ?? [])]);
    const asked = all.filter(
      ([, { values }]) => written === undefined || values?.some((value) => written.has(value)) !== false,
    );
    const places = new Map(asked.map(([line, { place }]) => [line, place]));
    return [...places.values()].sort((left, right) =>
      left.file === right.file ? left.line - right.line : left.file < right.file ? -1 : 1,
    );
  }
}

/** Two uses of one line. */
function joined({ place, values }: Found, more: readonly string[] | undefined): Found {
  return {
    place,
    values: values === undefined || more === undefined ? undefined : [...values, ...more],
  };
}
