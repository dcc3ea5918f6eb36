import { EVENT_ID, type Event, getScalarValue, SCALAR_STYLE } from 'js-yaml';

import { escapeSegment } from './json.ts';

/** Where each element of a document begins, by JSON Pointer: at its key when it has one. */
export type Offsets = ReadonlyMap<string, number>;

/** A map or a list whose end is still to come. */
interface Open {
  readonly pointer: string;
  /** Elements so far, keys of maps included. */
  count: number;
  /** Of a map: the key that waits for its value. */
  key: string | undefined;
  readonly map: boolean;
}

/** Reads the offsets off the parser's events. */
export function offsetsOf(text: string, events: readonly Event[]): Offsets {
  const offsets = new Map<string, number>();
  const open: Open[] = [];
  for (const event of events) {
    if (event.type === EVENT_ID.DOCUMENT) continue;
    if (event.type === EVENT_ID.POP) {
      open.pop();
      continue;
    }
    const parent = open.at(-1);
    const pointer = enter(parent, { text, event, offsets });
    if (event.type === EVENT_ID.MAPPING || event.type === EVENT_ID.SEQUENCE) {
      open.push({ pointer, count: 0, key: undefined, map: event.type === EVENT_ID.MAPPING });
    }
  }
  return offsets;
}

type Element = Exclude<Event, { type: typeof EVENT_ID.DOCUMENT | typeof EVENT_ID.POP }>;

/** Notes where an element of an open collection begins; gives its pointer. A key has none of its own. */
function enter(
  parent: Open | undefined,
  { text, event, offsets }: { text: string; event: Element; offsets: Map<string, number> },
): string {
  if (parent === undefined) {
    offsets.set('', startOf(event));
    return '';
  }
  const index = parent.count;
  parent.count += 1;
  if (!parent.map) return note(`${parent.pointer}/${index}`, startOf(event), offsets);
  if (index % 2 === 1) return `${parent.pointer}/${parent.key ?? ''}`;
  parent.key = event.type === EVENT_ID.SCALAR ? escapeSegment(getScalarValue(text, event)) : '';
  return note(`${parent.pointer}/${parent.key}`, startOf(event), offsets);
}

function note(pointer: string, offset: number, offsets: Map<string, number>): string {
  offsets.set(pointer, offset);
  return pointer;
}

function startOf(event: Element): number {
  if (event.type === EVENT_ID.ALIAS) return event.anchorStart - 1;
  if (event.type !== EVENT_ID.SCALAR) return event.start;
  const quoted = event.style === SCALAR_STYLE.SINGLE_QUOTED || event.style === SCALAR_STYLE.DOUBLE_QUOTED;
  return Math.max(0, quoted ? event.valueStart - 1 : event.valueStart);
}
