import type { DFA } from 'refa';

import { automatonOf, meet } from './pattern.ts';

/** Sets of strings given by patterns and lengths: are they empty, which strings are in them. */

/**
 * Strings that match every pattern, none of `notPatterns`, and have a length in code points within bounds.
 */
export interface StringSet {
  readonly patterns: readonly string[];
  readonly notPatterns: readonly string[];
  readonly minLength: number;
  readonly maxLength: number;
}

/** Steps of one walk through an automaton, and the length of the longest string that is made. */
const stepLimit = 2_000_000;
const wordLimit = 20_000;

type State = DFA.ReadonlyNode;

const languages = new Map<string, DFA | undefined>();

/** The automaton of the set without its bounds of length. `undefined`: there is none, or it is too large. */
function languageOf({ patterns, notPatterns }: StringSet): DFA | undefined {
  const key = JSON.stringify([[...patterns].sort(), [...notPatterns].sort()]);
  if (!languages.has(key)) {
    if (languages.size > 2000) languages.clear();
    languages.set(key, built(patterns, notPatterns));
  }
  return languages.get(key);
}

function built(patterns: readonly string[], notPatterns: readonly string[]): DFA | undefined {
  let result: DFA | undefined;
  for (const [pattern, negative] of [
    ...patterns.map((pattern) => [pattern, false] as const),
    ...notPatterns.map((pattern) => [pattern, true] as const),
  ]) {
    const automaton = automatonOf(pattern)?.copy();
    if (automaton === undefined) return undefined;
    if (negative) automaton.complement();
    result = result === undefined ? automaton : meet(result, automaton);
    if (result === undefined) return undefined;
  }
  return result;
}

/** The part of the set whose patterns are known: it holds at least all strings of the set. */
function knownPart(set: StringSet): StringSet {
  const known = (pattern: string): boolean => automatonOf(pattern) !== undefined;
  return { ...set, patterns: set.patterns.filter(known), notPatterns: set.notPatterns.filter(known) };
}

/** True when no string is in the set, false when one is, `undefined` when that cannot be told. */
export function nothingIn(set: StringSet): boolean | undefined {
  if (set.minLength > set.maxLength) return true;
  if (set.notPatterns.some((pattern) => set.patterns.includes(pattern))) return true;
  const part = knownPart(set);
  const whole =
    part.patterns.length + part.notPatterns.length === set.patterns.length + set.notPatterns.length;
  if (part.patterns.length === 0 && part.notPatterns.length === 0) return whole ? false : undefined;
  const language = languageOf(part);
  if (language === undefined) return undefined;
  const empty = noneOfLength(language, part);
  return empty === true || whole ? empty : undefined;
}

function noneOfLength(language: DFA, { minLength, maxLength }: StringSet): boolean | undefined {
  if (language.isEmpty) return true;
  if (minLength === 0 && maxLength === Infinity) return false;
  const size = language.countNodes();
  let level = new Set<State>([language.initial]);
  for (let length = 0, steps = 0; length <= maxLength && level.size > 0; length += 1) {
    if (length >= minLength && [...level].some((state) => language.finals.has(state as DFA.Node)))
      return false;
    if (length > minLength + size) return true;
    const next = new Set<State>();
    for (const state of level) {
      for (const target of state.out.values()) next.add(target);
      steps += state.out.entryCount;
    }
    if (steps > stepLimit) return undefined;
    level = next;
  }
  return true;
}

/**
 * Up to `count` strings of the set, short ones first, readable where there is a choice. Empty when none is
 * known.
 */
export function wordsOf(set: StringSet, count: number): string[] {
  const part = knownPart(set);
  if (part.patterns.length === 0 && part.notPatterns.length === 0) return plainWords(part, count);
  const language = languageOf(part);
  if (language === undefined || language.isEmpty) return [];
  const ends: ReadonlySet<State>[] = [language.finals];
  const sources = edgesBack(language);
  const words = new Set<string>();
  const longest = Math.min(part.maxLength, part.minLength + language.countNodes() + 8, wordLimit);
  for (let length = 0, steps = 0; length <= longest && words.size < count; length += 1) {
    const last = ends[length] ?? new Set();
    if (length >= part.minLength && last.has(language.initial)) {
      for (let variant = 0; variant < 4 && words.size < count; variant += 1)
        words.add(wordAlong(language.initial, { ends, length, variant }));
    }
    const before = new Set<State>();
    for (const state of last) for (const source of sources.get(state) ?? []) before.add(source);
    steps += before.size + 1;
    if (steps > stepLimit) break;
    ends.push(before);
  }
  return [...words];
}

function plainWords({ minLength, maxLength }: StringSet, count: number): string[] {
  if (minLength > Math.min(maxLength, wordLimit)) return [];
  const few = Math.min(maxLength, Math.max(minLength, 1));
  const words = ['a', '1', 'A', ' ', 'é'].map((char) => char.repeat(few));
  return [...new Set([...words, ...(few > 1 ? [`a${'b'.repeat(few - 1)}`] : [])])].slice(0, count);
}

function edgesBack(language: DFA): Map<State, Set<State>> {
  const sources = new Map<State, Set<State>>();
  for (const state of language.nodes()) {
    for (const target of state.out.values()) {
      const known = sources.get(target) ?? new Set<State>();
      known.add(state);
      sources.set(target, known);
    }
  }
  return sources;
}

/** How many characters each state is away from a final one; those without an entry lead to none. */
function distances(language: DFA): Map<State, number> {
  const sources = edgesBack(language);
  const found = new Map<State, number>([...language.finals].map((state) => [state, 0]));
  // The map grows while it is walked.
  for (const [state, distance] of found)
    for (const source of sources.get(state) ?? []) if (!found.has(source)) found.set(source, distance + 1);
  return found;
}

/** A word of the length that ends in a final state. `variant` varies the choices. */
function wordAlong(
  start: State,
  { ends, length, variant }: { ends: readonly ReadonlySet<State>[]; length: number; variant: number },
): string {
  const chars: number[] = [];
  let state = start;
  for (let left = length; left > 0; left -= 1) {
    const usable = [...state.out].filter(([, target]) => ends[left - 1]?.has(target) === true);
    const ranked = usable
      .map(([range, target]) => ({ char: readable(range, variant), target }))
      .sort((one, other) => rankOf(one.char) - rankOf(other.char));
    const chosen = ranked[left === length ? variant % ranked.length : 0] ?? ranked[0];
    if (chosen === undefined) break;
    chars.push(chosen.char);
    state = chosen.target;
  }
  return chars.map((char) => String.fromCodePoint(char)).join('');
}

/** All strings of the set, when there are at most `limit`. */
export function allWords(set: StringSet, limit: number): string[] | undefined {
  if (set.minLength > set.maxLength) return [];
  if (set.maxLength === 0) return [''];
  const part = knownPart(set);
  if (part.patterns.length === 0 && part.notPatterns.length === 0) return undefined;
  const language = languageOf(part);
  if (language === undefined) return undefined;
  if (language.isEmpty) return [];
  if (!language.isFinite && part.maxLength === Infinity) return undefined;
  const words: string[] = [];
  const left = distances(language);
  let steps = 0;
  const walk = (state: State, prefix: string, length: number): boolean => {
    steps += 1;
    if (steps > limit * 50 || length > part.maxLength) return length > part.maxLength;
    if (length >= part.minLength && language.finals.has(state as DFA.Node)) words.push(prefix);
    if (words.length > limit) return false;
    for (const [{ min, max }, target] of state.out) {
      const distance = left.get(target);
      if (distance === undefined || length + 1 + distance > part.maxLength) continue;
      if (max - min >= limit) return false;
      for (let char = min; char <= max; char += 1)
        if (!walk(target, prefix + String.fromCodePoint(char), length + 1)) return false;
    }
    return true;
  };
  return walk(language.initial, '', 0) ? words : undefined;
}

const liked = [
  [0x61, 0x7a],
  [0x30, 0x39],
  [0x41, 0x5a],
  [0x20, 0x7e],
] as const;

function readable({ min, max }: { readonly min: number; readonly max: number }, variant: number): number {
  for (const [low, high] of liked) {
    if (min <= high && max >= low) return Math.min(Math.max(min, low) + variant, Math.min(max, high));
  }
  return max < 0xd800 || min > 0xdfff ? min : min < 0xd800 ? min : max > 0xdfff ? 0xe000 : min;
}

function rankOf(char: number): number {
  const index = liked.findIndex(([low, high]) => char >= low && char <= high);
  return index < 0 ? liked.length : index;
}
