import { type Document, isMap, isNode, isScalar, isSeq, LineCounter, parseDocument, visit } from 'yaml';

import { SpecError } from './errors.ts';
import { type Json, segmentsOf } from './json.ts';
import type { Place } from './place.ts';

/** A YAML or JSON text, parsed, with the places of its parts. */
export interface Source {
  /** As it was given, for messages. */
  readonly file: string;
  readonly text: string;
  readonly value: Json;
  /** Where the element at a JSON Pointer stands: its key when it has one. The nearest ancestor when the pointer leads nowhere. */
  locate(pointer: string): Place;
}

/** Parses YAML 1.2 (JSON is YAML). Duplicate keys are errors. Throws `SpecError` with the place. */
export function parseSource(text: string, file: string): Source {
  const lines = new LineCounter();
  const yaml = parseDocument(text, { lineCounter: lines, prettyErrors: false, uniqueKeys: true });
  const at = (offset: number): Place => {
    const { line, col } = lines.linePos(offset);
    return { file, line: Math.max(line, 1), column: Math.max(col, 1) };
  };
  const [error] = yaml.errors;
  if (error !== undefined) {
    throw new SpecError('SPEC_NOT_YAML', `not valid YAML: ${error.message}`, { place: at(error.pos[0]), hint: 'Mend the syntax at this place.' });
  }
  requireAnchors(yaml, at);
  return { file, text, value: toJson(yaml, at(0)), locate: (pointer) => at(offsetOf(yaml, segmentsOf(pointer))) };
}

function requireAnchors(yaml: Document, at: (offset: number) => Place): void {
  visit(yaml, {
    Alias(_, alias) {
      if (alias.resolve(yaml) !== undefined) return;
      throw new SpecError('SPEC_NOT_YAML', `not valid YAML: nothing is called &${alias.source}`, { place: at(alias.range?.[0] ?? 0), hint: 'Use `$ref` instead of YAML aliases.' });
    },
  });
}

/** Throws for aliases that would unfold into something huge. */
function toJson(yaml: Document, place: Place): Json {
  try {
    return yaml.toJS({ maxAliasCount: 1000 }) as Json;
  } catch (cause) {
    throw new SpecError('SPEC_NOT_YAML', 'its aliases cannot be unfolded', { place, cause, hint: 'Use `$ref` instead of YAML aliases.' });
  }
}

function offsetOf(yaml: Document, path: readonly string[]): number {
  let offset = 0;
  let node: unknown = yaml.contents;
  for (const segment of path) {
    const next = step(node, segment);
    if (next === undefined) return offset;
    offset = next.offset ?? offset;
    node = next.node;
  }
  return offset;
}

function step(node: unknown, segment: string): { readonly node: unknown; readonly offset: number | undefined } | undefined {
  if (isMap(node)) {
    const pair = node.items.find((item) => isScalar(item.key) && String(item.key.value) === segment);
    return pair === undefined ? undefined : { node: pair.value, offset: isNode(pair.key) ? pair.key.range?.[0] : undefined };
  }
  const item = isSeq(node) ? node.items[Number(segment)] : undefined;
  return isNode(item) ? { node: item, offset: item.range?.[0] } : undefined;
}
