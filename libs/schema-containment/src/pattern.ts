import { DFA, JS, NFA, transform, combineTransformers, Transformers } from 'refa';

/**
 * Regular expressions as automata. Patterns come from untrusted documents: a string is only ever matched by
 * an automaton, in time linear in its length. An expression that has none of bounded size (back-references,
 * look-behind, nested counters) cannot be judged.
 */

/** States an automaton may have. */
const stateLimit = 3000;
/** Steps of matching one string. */
const stepLimit = 5_000_000;

const automata = new Map<string, DFA | undefined>();
const slowAutomata = new Map<string, NFA | undefined>();

/** Whether a string matches, as JSON Schema means it: anywhere in the string. `undefined`: cannot be told. */
export function matches(pattern: string, text: string): boolean | undefined {
  const automaton = automatonOf(pattern);
  if (automaton !== undefined) return automaton.test(codePoints(text));
  if (!slowAutomata.has(pattern)) slowAutomata.set(pattern, undetermined(pattern));
  const slow = slowAutomata.get(pattern);
  return slow === undefined ? undefined : simulate(slow, codePoints(text));
}

/** Follows all states at once. */
function simulate(automaton: NFA, text: readonly number[]): boolean | undefined {
  let states = new Set([automaton.initial]);
  let steps = 0;
  for (const char of text) {
    const next = new Set<NFA.Node>();
    for (const state of states) {
      for (const [target, chars] of state.out) {
        steps += 1;
        if (chars.has(char)) next.add(target);
      }
    }
    if (steps > stepLimit) return undefined;
    states = next;
  }
  return [...states].some((state) => automaton.finals.has(state));
}

/** The automaton of an expression, if it has one of bounded size. */
export function automatonOf(pattern: string): DFA | undefined {
  if (!automata.has(pattern)) automata.set(pattern, buildAll(pattern));
  return automata.get(pattern);
}

/**
 * An expression that begins with look-aheads is the meeting of several languages: `^(?=A)(?!B)C` is `^A`, not
 * `^B`, `^C`.
 */
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
  const nfa = undetermined(pattern);
  if (nfa === undefined) return undefined;
  try {
    const automaton = DFA.fromFA(nfa, new DFA.LimitedNodeFactory(stateLimit));
    automaton.minimize();
    return automaton;
  } catch {
    return undefined;
  }
}

/**
 * Not valid as it stands, too large, or with something that has no automaton: then its modern spelling, then
 * none.
 */
function undetermined(pattern: string): NFA | undefined {
  for (const source of new Set([pattern, modern(pattern)])) {
    try {
      const parser = JS.Parser.fromLiteral({ source: `^[^]*(?:${source})[^]*$`, flags: 'u' });
      const { expression, maxCharacter } = parser.parse({ assertions: 'parse', backreferences: 'throw' });
      const applied = transform(
        combineTransformers([Transformers.applyAssertions(), Transformers.simplify()]),
        expression,
      );
      const plain = transform(Transformers.patternEdgeAssertions({ remove: true }), applied);
      return NFA.fromRegex(plain, { maxCharacter }, {}, new NFA.LimitedNodeFactory(stateLimit));
    } catch {
      continue;
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

/** The automaton of what both accept; `undefined` when it would be too large. */
export function meet(left: DFA, right: DFA): DFA | undefined {
  try {
    const both = DFA.fromIntersection(left, right, new DFA.LimitedNodeFactory(stateLimit * 2));
    both.minimize();
    return both;
  } catch {
    return undefined;
  }
}

function codePoints(text: string): number[] {
  return Array.from(text, (char) => char.codePointAt(0) ?? 0);
}
