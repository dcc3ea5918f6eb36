import { SchemaComparer, type WrittenSchema } from '../schema/compare-schemas.ts';
import type { Finding } from '../report/index.ts';
import { extensions } from '../spec/extensions.ts';
import { asObject, asString, isArray, isObject, type Json, type JsonObject } from '../spec/json.ts';
import { follow, type SchemaPlace } from '../spec/operations.ts';
import { findingAt, type Judged, type JudgedMessage } from './judged.ts';
import { ruleAt } from './rules.ts';

/** What a matcher lets pass, as a schema; by its name in the Pact specification. */
const languages: Readonly<Record<string, (matcher: JsonObject, example: Json) => JsonObject | undefined>> = {
  equality: (_, example) => ({ const: example }),
  type: (_, example) => ({ type: kindOf(example) }),
  regex: ({ regex }) => ({ type: 'string', pattern: asString(regex) ?? '' }),
  // Pact cannot say how wide an integer is: it is taken to be no wider than the narrowest format there is.
  integer: () => ({ type: 'integer', format: 'int32' }),
  decimal: () => ({ type: 'number' }),
  number: () => ({ type: 'number' }),
  boolean: () => ({ type: 'boolean' }),
  null: () => ({ type: 'null' }),
  include: ({ value }) => ({ type: 'string', pattern: RegExp.escape(asString(value) ?? '') }),
  notEmpty: (_, example) =>
    typeof example === 'string' ? { type: 'string', minLength: 1 } : { type: kindOf(example) },
  // Their forms are Java's, not those of a JSON Schema format: the example stands for them.
  date: (_, example) => ({ const: example }),
  time: (_, example) => ({ const: example }),
  timestamp: (_, example) => ({ const: example }),
  datetime: (_, example) => ({ const: example }),
};

function kindOf(value: Json): string {
  if (value === null) return 'null';
  if (isArray(value)) return 'array';
  return typeof value;
}

/** Judges whether matchers let more pass than the contract does. Remembers what it compared. */
export class MatcherJudge {
  readonly #document: JsonObject;
  readonly #comparer: SchemaComparer;
  readonly #verdicts = new Map<string, Verdict | undefined>();

  constructor(document: JsonObject) {
    this.#document = document;
    this.#comparer = new SchemaComparer({}, document);
  }

  /** Every matcher of an interaction that is wider than the schema where it stands. */
  *findings(judged: Judged): Generator<Finding> {
    for (const part of judged.messages) yield* this.#inBody(judged, part);
    const [request] = judged.messages;
    if (request !== undefined) yield* this.#inParameters(judged, request);
  }

  *#inBody(judged: Judged, { message, direction, visits }: JudgedMessage): Generator<Finding> {
    const rules = message.rules.get('body') ?? new Map<string, readonly JsonObject[]>();
    for (const { value, at, declared } of visits) {
      if (isObject(value) || isArray(value)) continue;
      const rule = ruleAt(rules, at);
      for (const matcher of rule?.matchers ?? []) {
        for (const schema of declared)
          yield* this.#judge(judged, {
            matcher,
            example: value,
            schema,
            pointer: `${message.bodyPointer}${at}`,
            name: at,
            text: false,
            direction,
          });
      }
    }
  }

  *#inParameters(judged: Judged, { message }: JudgedMessage): Generator<Finding> {
    for (const { name, in: where, schema } of judged.operation.parameters) {
      const rules = message.rules.get(where === 'query' ? 'query' : 'header');
      if (schema === undefined || rules === undefined || (where !== 'query' && where !== 'header')) continue;
      for (const [path, matchers] of rules) {
        if (nameIn(path).toLowerCase() !== name.toLowerCase()) continue;
        const pointer = `${judged.interaction.pointer}/request/${where === 'query' ? 'query' : 'headers'}/${nameIn(path)}`;
        for (const matcher of matchers)
          yield* this.#judge(judged, {
            matcher,
            example: '',
            schema,
            pointer,
            name: `${where} ${name}`,
            text: true,
            direction: 'request',
          });
      }
    }
  }

  *#judge(judged: Judged, question: Question): Generator<Finding> {
    const { matcher, example, pointer, name } = question;
    const match = asString(matcher.match) ?? 'type';
    const language = languages[match]?.(matcher, example);
    if (language === undefined) {
      yield findingAt(judged, pointer, {
        id: 'pact/matcher-not-judged',
        severity: 'warning',
        message: `what the matcher ${match} at ${name} lets pass is not judged`,
      });
      return;
    }
    // An example is a value, and the comparator has judged it.
    if ('const' in language) return;
    const verdict = this.#verdict(language, question);
    if (verdict === undefined) return;
    yield findingAt(judged, pointer, {
      id: 'pact/matcher-wider',
      message: `the ${match} matcher at ${name} lets more pass than the contract: ${verdict.message}${verdict.proven ? '' : ' (undecided: no value was found that shows it, nor a proof that there is none)'}`,
      details:
        verdict.witness === undefined
          ? []
          : [{ label: 'passes the matcher, not the contract', text: verdict.witness }],
      hint: 'Derive the matcher from the schema: its pattern, its format, or the example itself where it is an enum.',
    });
  }

  #verdict(language: JsonObject, { schema, text, direction }: Question): Verdict | undefined {
    const key = JSON.stringify([language, schema.pointer, text, direction]);
    if (!this.#verdicts.has(key))
      this.#verdicts.set(
        key,
        this.#compare(
          { raw: language, pointer: `/matchers/${this.#verdicts.size}` },
          this.#written(schema, direction),
          text,
        ),
      );
    return this.#verdicts.get(key);
  }

  #compare(matcher: WrittenSchema, schema: WrittenSchema, text: boolean): Verdict | undefined {
    const change = this.#comparer
      .compare(matcher, schema, { direction: 'request', text })
      .find(({ severity }) => severity === 'breaking' || severity === 'undecided');
    if (change === undefined) return undefined;
    return {
      proven: change.severity === 'breaking',
      message: change.message,
      witness: change.witness === undefined ? undefined : JSON.stringify(change.witness.value),
    };
  }

  /** In an answer, an extensible enum may hold anything. */
  #written({ schema, pointer }: SchemaPlace, direction: Question['direction']): WrittenSchema {
    const target = follow(this.#document, schema, pointer);
    const { enum: listed, ...open } = asObject(target.value);
    return listed !== undefined && direction === 'response' && open[extensions.extensibleEnum] === true
      ? { raw: open, pointer: `${target.pointer}/open` }
      : { raw: schema, pointer };
  }
}

interface Question {
  readonly matcher: JsonObject;
  readonly example: Json;
  readonly schema: SchemaPlace;
  /** In the pact's file. */
  readonly pointer: string;
  readonly name: string;
  readonly text: boolean;
  readonly direction: 'request' | 'response';
}

interface Verdict {
  readonly proven: boolean;
  readonly message: string;
  readonly witness: string | undefined;
}

/** `$.name[0]`, `$['name']`, `name[*]` or `name`. */
function nameIn(path: string): string {
  return path
    .replace(/^\$?\.?/, '')
    .replace(/^\[['"]?([^'"\]]+)['"]?\]/, '$1')
    .replace(/\[(\d+|\*)\]$/, '');
}
