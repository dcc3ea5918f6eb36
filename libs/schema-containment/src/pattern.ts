import { DFA, type FiniteAutomaton, JS, NFA, transform, combineTransformers, Transformers } from 'refa';

/**
 * Regular expressions as languages: is one inside another, does a string match, which strings match.
 *
 * Patterns come from untrusted documents, so a string is only ever matched by an automaton, in linear time. An
 * expression without an automaton of bounded size (look-behind, back-references, large counters) is matched by the
 * engine itself, on short strings, and not at all when its shape invites catastrophic backtracking.
 */

/** A set of strings: those that match every `patterns`, none of `excluded`, and have a length in code points within bounds. */
export interface StringSet {
  readonly patterns: readonly string[];
  readonly excluded: readonly string[];
  readonly minLength: number;
  readonly maxLength: number;
}

/** States an automaton may have. Beyond, the expression counts as opaque. */
const stateLimit = 3000;
/** Characters of a string that the engine itself may be given. */
const engineLimit = 200;
/** Bounds of length above this are not made part of an automaton: each would be a state. */
const lengthLimit = 400;

const automata = new Map<string, DFA | undefined>();

/** Whether a string matches, as JSON Schema means it: anywhere in the string. `undefined`: cannot be told safely. */
export function matches(pattern: string, text: string): boolean | undefined {
  const automaton = automatonOf(pattern);
  if (automaton !== undefined) return automaton.test(codePoints(text));
  if (text.length > engineLimit || nestedQuantifier.test(pattern)) return undefined;
  return engineFor(pattern)?.test(text);
}

/** True when every string of the set matches the pattern; false when one does not; `undefined` when that cannot be told. */
export function allMatch(set: StringSet, pattern: string): boolean | undefined {
  if (set.patterns.includes(pattern) || isTrivial(pattern)) return true;
  return nothingIn({ ...set, excluded: [...set.excluded, pattern] });
}

/** True when no string of the set matches the pattern. */
export function noneMatch(set: StringSet, pattern: string): boolean | undefined {
  return nothingIn({ ...set, patterns: [...set.patterns, pattern] });
}

/** True when the set is empty, false when it is not, `undefined` when that cannot be told. */
export function nothingIn(set: StringSet): boolean | undefined {
  return intersection(set)?.isEmpty;
}

/** Up to `count` strings of the set, short ones first, readable where there is a choice. Empty when none is known. */
export function wordsOf(set: StringSet, count: number): string[] {
  const automaton =
    intersection(set) ??
    intersection({ ...set, patterns: set.patterns.filter(known), excluded: set.excluded.filter(known) });
  if (automaton === undefined || automaton.isEmpty) return [];
  const words: string[] = [];
  for (const sets of automaton.wordSets()) {
    words.push(String.fromCodePoint(...sets.map(({ ranges }) => readable(ranges))));
    if (words.length >= count) break;
  }
  return words;
}

/** True for a pattern that every string matches. */
export function isTrivial(pattern: string): boolean {
  return pattern === '' || /^\^?(\.\*|\[\\s\\S\]\*|\(\.\*\))\$?$/.test(pattern);
}

const nestedQuantifier = /[*+}][^()]*\)\s*[*+{]/;

function known(pattern: string): boolean {
  return automatonOf(pattern) !== undefined;
}

function automatonOf(pattern: string): DFA | undefined {
  if (!automata.has(pattern)) automata.set(pattern, buildAll(pattern));
  return automata.get(pattern);
}

/** An expression that begins with look-aheads is the meeting of several languages: `^(?=A)(?!B)C` is `^A`, not `^B`, `^C`. */
function buildAll(pattern: string): DFA | undefined {
  let rest = pattern;
  const parts: DFA[] = [];
  for (let head = leadingLook(rest); head !== undefined; head = leadingLook(rest)) {
    const part = build(`^(?:${head.body})`);
    if (part === undefined) return undefined;
    if (head.negative) part.complement();
    parts.push(part);
    rest = `^${head.rest}`;
  }
  const last = build(rest);
  return last === undefined
    ? undefined
    : parts.reduce<DFA | undefined>(
        (left, right) => (left === undefined ? undefined : meet(left, right)),
        last,
      );
}

function leadingLook(pattern: string): { body: string; negative: boolean; rest: string } | undefined {
  const start = /^\^\(\?([=!])/.exec(pattern);
  if (start === null) return undefined;
  for (let index = start[0].length, depth = 1, inSet = false; index < pattern.length; index += 1) {
    const char = pattern[index];
    if (char === '\\') index += 1;
    else if (inSet) inSet = char !== ']';
    else if (char === '[') inSet = true;
    else if (char === '(') depth += 1;
    else if (char === ')') depth -= 1;
    if (depth === 0)
      return {
        body: pattern.slice(start[0].length, index),
        negative: start[1] === '!',
        rest: pattern.slice(index + 1),
      };
  }
  return undefined;
}

function build(pattern: string): DFA | undefined {
  for (const source of new Set([pattern, modern(pattern)])) {
    try {
      const parser = JS.Parser.fromLiteral({ source: `^[^]*(?:${source})[^]*$`, flags: 'u' });
      const { expression, maxCharacter } = parser.parse({ assertions: 'parse', backreferences: 'throw' });
      const applied = transform(
        combineTransformers([Transformers.applyAssertions(), Transformers.simplify()]),
        expression,
      );
      const plain = transform(Transformers.patternEdgeAssertions({ remove: true }), applied);
      const nfa = NFA.fromRegex(plain, { maxCharacter }, {}, new NFA.LimitedNodeFactory(stateLimit));
      const automaton = DFA.fromFA(nfa, new DFA.LimitedNodeFactory(stateLimit));
      automaton.minimize();
      return automaton;
    } catch {
      // Not valid as it stands, too large, or with something that has no automaton: the modern spelling, then opaque.
    }
  }
  return undefined;
}

/** Escapes that only the old, sloppy syntax allows, written so that the strict one takes them too. */
function modern(pattern: string): string {
  return pattern
    .replaceAll(/(\\[wdsWDS])-/g, String.raw`$1\x2d`)
    .replaceAll(/\\([\s\S])/g, (escape, char: string) =>
      /[A-Za-z0-9^$\\.*+?()[\]{}|/]/.test(char) ? escape : `\\u{${(char.codePointAt(0) ?? 0).toString(16)}}`,
    );
}

function meet(left: FiniteAutomaton, right: FiniteAutomaton): DFA | undefined {
  try {
    const both = DFA.fromIntersection(left as DFA, right as DFA, new DFA.LimitedNodeFactory(stateLimit * 2));
    both.minimize();
    return both;
  } catch {
    return undefined;
  }
}

function intersection(set: StringSet): DFA | undefined {
  let result = lengths(set.minLength, set.maxLength);
  for (const pattern of set.patterns) {
    const automaton = automatonOf(pattern);
    result = automaton === undefined || result === undefined ? undefined : meet(result, automaton);
  }
  for (const pattern of set.excluded) {
    const automaton = automatonOf(pattern)?.copy();
    automaton?.complement();
    result = automaton === undefined || result === undefined ? undefined : meet(result, automaton);
  }
  return result;
}

function lengths(min: number, max: number): DFA | undefined {
  const low = Math.min(min, lengthLimit);
  const high = max > lengthLimit ? '' : String(max);
  return automatonOf(`^[^]{${low},${high}}$`);
}

const engines = new Map<string, RegExp | undefined>();

function engineFor(pattern: string): RegExp | undefined {
  if (!engines.has(pattern)) {
    let engine: RegExp | undefined;
    for (const flags of ['', 'u']) {
      try {
        engine = new RegExp(pattern, flags);
      } catch {
        // Not an expression under this flag.
      }
    }
    engines.set(pattern, engine);
  }
  return engines.get(pattern);
}

const liked = [
  [0x61, 0x7a],
  [0x30, 0x39],
  [0x41, 0x5a],
  [0x20, 0x7e],
] as const;

function readable(ranges: readonly { readonly min: number; readonly max: number }[]): number {
  for (const [low, high] of liked) {
    for (const { min, max } of ranges) {
      if (min <= high && max >= low) return Math.max(min, low);
    }
  }
  return ranges.find(({ max }) => max < 0xd800 || max > 0xdfff)?.min ?? 0xfffd;
}

function codePoints(text: string): number[] {
  return Array.from(text, (char) => char.codePointAt(0) ?? 0);
}
