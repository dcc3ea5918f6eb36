import { constructFromEvents, parseEvents, YAMLException } from 'js-yaml';

import { SpecError } from './errors.ts';
import { isArray, isObject, type Json } from './json.ts';
import type { Place } from './place.ts';
import { type Offsets, offsetsOf } from './offsets.ts';

/** A YAML or JSON text, parsed, with the places of its parts. */
export interface Source {
  /** As it was given, for messages. */
  readonly file: string;
  readonly text: string;
  readonly value: Json;
  /**
   * Where the element at a JSON Pointer stands: its key when it has one. The nearest ancestor when the
   * pointer leads nowhere.
   */
  locate(pointer: string): Place;
}

/** How deep, and how large with its aliases unfolded, a document may be. */
const limits = { depth: 500, nodes: 20_000_000 };

/** Parses YAML 1.2 (JSON is YAML). Duplicate keys are errors. Throws `SpecError` with the place. */
export function parseSource(text: string, file: string): Source {
  const lines = lineStarts(text);
  const at = (offset: number): Place => placeOf(file, lines, offset);
  if (text.trim() === '') return { file, text, value: null, locate: () => at(0) };
  const value = parsed(text, at);
  let offsets: Offsets | undefined;
  const locate = (pointer: string): Place => {
    // Read again: the events of a large document, kept while it is compared, take more than the document.
    offsets ??= offsetsOf(text, eventsOf(text));
    let known = pointer;
    while (known !== '' && !offsets.has(known)) known = known.slice(0, known.lastIndexOf('/'));
    return at(offsets.get(known) ?? 0);
  };
  return { file, text, value, locate };
}

function eventsOf(text: string): ReturnType<typeof parseEvents> {
  return parseEvents(text, { maxDepth: limits.depth });
}

function parsed(text: string, at: (offset: number) => Place): Json {
  try {
    const documents = constructFromEvents(eventsOf(text), { source: text }) as Json[];
    if (documents.length > 1) throw new YAMLException('there is more than one document in it');
    const value = documents[0] ?? null;
    if (text.includes('*')) requireFinite(value, { depth: 0, nodes: 0 });
    return text.includes('<<') ? merged(value) : value;
  } catch (cause) {
    if (!(cause instanceof YAMLException)) throw cause;
    throw new SpecError('spec-not-yaml', `not valid YAML: ${cause.reason}`, {
      place: at(cause.mark?.position ?? 0),
      hint: 'Fix the syntax at this place.',
    });
  }
}

/**
 * The value with YAML's merge keys (`<<: *anchor`) resolved: what the map says itself goes first, then the
 * first of several. YAML 1.2 does not have them, but nearly every reader of OpenAPI documents does.
 */
function merged(value: Json): Json {
  if (isArray(value)) return value.map(merged);
  if (!isObject(value)) return value;
  const { '<<': sources, ...own } = value;
  const rest = Object.fromEntries(Object.entries(own).map(([key, child]) => [key, merged(child)]));
  if (sources === undefined) return rest;
  const list = isArray(sources) ? sources : [sources];
  if (!list.every(isObject)) throw new YAMLException('a merge key `<<` stands for a map or a list of maps');
  return Object.assign({}, ...list.map(merged).toReversed(), rest) as Json;
}

/** Aliases can unfold into something huge, or into themselves. */
function requireFinite(value: Json, seen: { depth: number; nodes: number }): void {
  seen.nodes += 1;
  if (seen.depth > limits.depth || seen.nodes > limits.nodes)
    throw new YAMLException('its aliases unfold without end');
  const children = isArray(value) ? value : isObject(value) ? Object.values(value) : [];
  seen.depth += 1;
  for (const child of children) requireFinite(child, seen);
  seen.depth -= 1;
}

function lineStarts(text: string): readonly number[] {
  const starts = [0];
  for (let end = text.indexOf('\n'); end !== -1; end = text.indexOf('\n', end + 1)) starts.push(end + 1);
  return starts;
}

function placeOf(file: string, starts: readonly number[], offset: number): Place {
  let [low, high] = [0, starts.length - 1];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((starts[middle] ?? 0) <= offset) low = middle;
    else high = middle - 1;
  }
  return { file, line: low + 1, column: offset - (starts[low] ?? 0) + 1 };
}
