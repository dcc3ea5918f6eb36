import { relative, sep } from 'node:path';

import type ts from 'typescript';

import type { Place } from '../spec/place.ts';

/** The places of code that are found for each key: one a line, the first of it. */
export class PlacesByKey {
  readonly #cwd: string;
  readonly #found = new Map<string, Map<string, Place>>();

  constructor(cwd: string) {
    this.#cwd = cwd;
  }

  add(key: string, node: ts.Node): void {
    const file = node.getSourceFile();
    const { line, character } = file.getLineAndCharacterOfPosition(node.getStart(file));
    const place = {
      file: relative(this.#cwd, file.fileName).split(sep).join('/'),
      line: line + 1,
      column: character + 1,
    };
    const places = this.#found.get(key) ?? new Map<string, Place>();
    const known = `${place.file}:${place.line}`;
    this.#found.set(key, places.set(known, places.get(known) ?? place));
  }

  /** The places of all these keys, by file and line. */
  of(...keys: readonly string[]): Place[] {
    const places = new Map(keys.flatMap((key) => [...(this.#found.get(key) ?? [])]));
    return [...places.values()].sort((left, right) =>
      left.file === right.file ? left.line - right.line : left.file < right.file ? -1 : 1,
    );
  }
}
