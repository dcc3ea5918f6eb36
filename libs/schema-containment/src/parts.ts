import { assertionsOf, speaksOf } from './assertions.ts';
import { denials } from './denials.ts';
import { type Alternative, type Choice, fails, holds, type Literal, without } from './literals.ts';
import { isAny, isNever, type SchemaNode } from './node.ts';
import { everything, type Shape, type ShapeType } from './shape.ts';
import { areTagged } from './tags.ts';
import { unevaluatedChoice } from './unevaluated.ts';

/** What a literal asks of the values of one type. `undefined`: no value of the type satisfies it. */
export interface Parts {
  readonly narrow?: Shape;
  readonly and: readonly Literal[];
  readonly choices: readonly Choice[];
}

const nothing: Parts = { and: [], choices: [] };
const memo = new WeakMap<SchemaNode, Map<string, Parts | undefined>>();

/** Takes a literal apart for the values of one type. Always the same parts for the same literal. */
export function partsOf(literal: Literal, type: ShapeType): Parts | undefined {
  const key = `${literal.holds ? '+' : '-'}${type}`;
  const known = memo.get(literal.node) ?? new Map<string, Parts | undefined>();
  memo.set(literal.node, known);
  if (!known.has(key))
    known.set(key, literal.holds ? asserted(literal.node, type) : denied(literal.node, type));
  return known.get(key);
}

function asserted(node: SchemaNode, type: ShapeType): Parts | undefined {
  if (isAny(node)) return nothing;
  const own = assertionsOf(node, type);
  if (own === undefined) return undefined;
  const narrow = untyped(node) && isScalar(type) ? everything(type) : own;
  const { allOf = [], anyOf, oneOf, not, if: test, then, else: otherwise } = node.keywords;
  const choices: Choice[] = [];
  const and = allOf.map((part) => holds(part));
  if (not !== undefined) and.push(fails(not));
  const add = (alternatives: readonly Alternative[]): void => {
    const [first] = alternatives;
    if (alternatives.length === 1 && first?.narrow === undefined) and.push(...(first?.and ?? []));
    else choices.push({ alternatives });
  };
  if (anyOf !== undefined) add(anyOf.map((branch) => ({ and: [holds(branch)] })));
  if (oneOf !== undefined)
    add(
      oneOf.map((branch, index) => ({
        and: [
          holds(branch),
          ...(areTagged(oneOf) ? [] : oneOf.filter((_, other) => other !== index).map(fails)),
        ],
      })),
    );
  if (test !== undefined && (then !== undefined || otherwise !== undefined))
    add([
      { and: [holds(test), ...(then === undefined ? [] : [holds(then)])] },
      { and: [fails(test), ...(otherwise === undefined ? [] : [holds(otherwise)])] },
    ]);
  if (type === 'object') for (const alternatives of dependencies(node)) add(alternatives);
  const rest = unevaluatedChoice(node, type, true);
  if (rest !== undefined) add(rest);
  return { narrow, and, choices };
}

/** What makes a schema miss a value of the type. */
function denied(node: SchemaNode, type: ShapeType): Parts | undefined {
  if (isAny(node)) return undefined;
  const { types } = node.keywords;
  if (isNever(node)) return nothing;
  if (types !== undefined && !types.some((name) => speaksOf(name, type)) && !readAsString(node, type))
    return nothing;
  if (readAsString(node, type)) return takesAnyText(node) ? undefined : opaquely(node, type);
  const alternatives = denials(node, type);
  if (alternatives === 'always') return nothing;
  const [only] = alternatives;
  if (only === undefined) return undefined;
  if (alternatives.length > 1) return { and: [], choices: [{ alternatives, missed: node }] };
  return {
    and: only.and ?? [],
    choices: [],
    ...(only.narrow === undefined ? {} : { narrow: only.narrow }),
  };
}

function isScalar(type: ShapeType): boolean {
  return type !== 'array' && type !== 'object';
}

/** Values that travel as text are read by the type beside a keyword; without one, a keyword may not apply. */
function untyped({ text, keywords }: SchemaNode): boolean {
  return text && keywords.types === undefined && keywords.enum === undefined;
}

/** A number or a truth value that travels as text is a string to a schema that takes strings. */
function readAsString({ text, keywords: { types, enum: values } }: SchemaNode, type: ShapeType): boolean {
  if (!text || (type !== 'number' && type !== 'boolean')) return false;
  return types === undefined ? values !== undefined : types.includes('string');
}

/** True when a schema of strings asks nothing of them that the text of a number could miss. */
function takesAnyText({ keywords }: SchemaNode): boolean {
  const { types, minLength = 0, maxLength = Infinity, reading, ...rest } = keywords;
  void reading;
  return types !== undefined && minLength <= 1 && maxLength >= 64 && Object.keys(rest).length === 0;
}

function opaquely(node: SchemaNode, type: ShapeType): Parts {
  return { narrow: { ...everything(type), opaque: [node] }, and: [], choices: [] };
}

function dependencies({ keywords }: SchemaNode): Alternative[][] {
  const needs = [...(keywords.dependentRequired ?? [])].map(([name, names]): Alternative[] => [
    { narrow: without(name) },
    { narrow: { ...everything('object'), required: new Set([name, ...names]) } },
  ]);
  const schemas = [...(keywords.dependentSchemas ?? [])].map(([name, schema]): Alternative[] => [
    { narrow: without(name) },
    { narrow: { ...everything('object'), required: new Set([name]) }, and: [holds(schema)] },
  ]);
  return [...needs, ...schemas];
}
