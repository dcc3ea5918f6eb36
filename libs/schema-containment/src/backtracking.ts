import { JS } from 'refa';

/** What is looked at of a part of an expression. */
interface Part {
  readonly type: string;
  readonly max?: number;
  readonly alternatives?: readonly { readonly elements: readonly Part[] }[];
}

/** Something that is repeated more often counts as repeated without end. */
const longestCount = 16;

/**
 * True when an engine that backtracks may take exponential time to match a string: something repeated without
 * end holds alternatives, or something else repeated. Says so of some harmless expressions, too, and of all
 * that cannot be read.
 */
export function mayBacktrack(pattern: string): boolean {
  try {
    const { expression } = JS.Parser.fromLiteral({ source: pattern, flags: 'u' }).parse({
      assertions: 'parse',
      backreferences: 'throw',
    });
    return isSlow({ ...expression, type: 'Expression' }, false);
  } catch {
    return true;
  }
}

function isSlow({ type, max = 0, alternatives = [] }: Part, repeated: boolean): boolean {
  if (type === 'Unknown') return true;
  const loops = type === 'Quantifier' && max > longestCount;
  if ((repeated && loops) || ((repeated || loops) && alternatives.length > 1)) return true;
  return alternatives.some(({ elements }) => elements.some((inner) => isSlow(inner, repeated || loops)));
}
