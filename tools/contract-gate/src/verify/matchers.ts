import { SchemaComparer, type WrittenSchema } from '../schema/compare-schemas.ts';
import type { Declared } from '../pact/walk.ts';
import type { Finding } from '../report/index.ts';
import { extensions } from '../spec/extensions.ts';
import { asObject, asString, isArray, isObject, type JsonObject } from '../spec/json.ts';
import { follow } from '../spec/operations.ts';
import { findingAt, type Judged, type JudgedMessage } from './judged.ts';
import { languages } from './languages.ts';
import { parameterQuestions } from './parameters.ts';
import type { Question } from './question.ts';
import { ruleAt } from './rules.ts';

interface Verdict {
  readonly proven: boolean;
  readonly message: string;
  readonly witness: string | undefined;
}

/**
 * Holds matchers against the schema where they stand. In a request, a matcher that is **wider** is an error:
 * the consumer may send what the provider refuses. In an answer, one that is **narrower** is a warning: the
 * provider may send what the consumer does not take; a wider one is a consumer that takes more, and safe.
 */
export class MatcherJudge {
  readonly #document: JsonObject;
  readonly #comparer: SchemaComparer;
  readonly #verdicts = new Map<string, Verdict | undefined>();

  constructor(document: JsonObject) {
    this.#document = document;
    this.#comparer = new SchemaComparer({}, document);
  }

  /** What is wrong with the matchers of an interaction, and those that cannot be judged. */
  *findings(judged: Judged): Generator<Finding> {
    for (const part of judged.messages)
      for (const question of bodyQuestions(part)) yield* this.#judge(judged, question);
    for (const part of parameterQuestions(judged))
      if ('schemas' in part) yield* this.#judge(judged, part);
      else yield notJudged(judged, part);
  }

  *#judge(judged: Judged, question: Question): Generator<Finding> {
    const { matcher, example, pointer, name, direction } = question;
    const match = asString(matcher.match) ?? 'type';
    const language =
      match === 'integer' && direction === 'response'
        ? { type: 'integer' }
        : languages[match]?.(matcher, example);
    if (language === undefined) return yield notJudged(judged, question);
    // An example is a value, and the comparator has judged it. A consumer shows the kinds it takes by several
    // examples.
    if ('const' in language || (direction === 'response' && ofKindAlone.has(match))) return;
    const verdict = this.#worst(language, question);
    if (verdict === undefined) return;
    const unproven = verdict.proven ? '' : ' (unproven: no value was found that shows it)';
    const [said, label, hint] = sayings[direction];
    yield findingAt(judged, pointer, {
      id: direction === 'request' ? 'pact/matcher-wider' : 'pact/matcher-narrower',
      severity: direction === 'request' ? 'error' : 'warning',
      message: `the ${match} matcher at ${name} ${said}: ${verdict.message}${unproven}`,
      details: verdict.witness === undefined ? [] : [{ label, text: verdict.witness }],
      hint,
    });
  }

  /** All schemas must agree with the matcher; of alternatives, one is enough. */
  #worst(language: JsonObject, question: Question): Verdict | undefined {
    const alternatives = question.schemas.filter(({ alternative }) => alternative === true);
    const verdicts = alternatives.map((schema) => this.#verdict(language, schema, question));
    if (verdicts.length > 0 && verdicts.every((verdict) => verdict !== undefined)) return verdicts[0];
    return question.schemas
      .filter(({ alternative }) => alternative !== true)
      .map((schema) => this.#verdict(language, schema, question))
      .find((verdict) => verdict !== undefined);
  }

  #verdict(
    language: JsonObject,
    schema: Declared,
    { text, direction, example }: Question,
  ): Verdict | undefined {
    const key = JSON.stringify([language, schema.pointer, text, direction, typeof example]);
    if (!this.#verdicts.has(key)) {
      const matcher = { raw: language, pointer: `/matchers/${this.#verdicts.size}` };
      const change = this.#comparer
        .compare(matcher, this.#written(schema, { example, direction }), { direction, text })
        .find(
          ({ severity }) => severity === 'breaking' || (severity === 'undecided' && direction === 'request'),
        );
      this.#verdicts.set(
        key,
        change === undefined
          ? undefined
          : {
              proven: change.severity === 'breaking',
              message: change.message,
              witness: change.witness === undefined ? undefined : JSON.stringify(change.witness.value),
            },
      );
    }
    return this.#verdicts.get(key);
  }

  /**
   * In an answer, an extensible enum may hold anything, and only values of the example's kind are asked
   * about.
   */
  #written(
    { schema, pointer }: Declared,
    { example, direction }: Pick<Question, 'example' | 'direction'>,
  ): WrittenSchema {
    if (direction === 'request') return { raw: schema, pointer };
    const target = follow(this.#document, schema, pointer);
    const { enum: listed, ...open } = asObject(target.value);
    const raw = listed !== undefined && open[extensions.extensibleEnum] === true ? open : schema;
    return {
      raw: { allOf: [raw, { type: typeof example }] },
      pointer: `${target.pointer}/${typeof example}`,
    };
  }
}

/** Matchers that ask for a kind of value and no more. */
const ofKindAlone = new Set(['type', 'number', 'boolean', 'null']);

const sayings = {
  request: [
    'lets more pass than the contract',
    'passes the matcher, not the contract',
    'Derive the matcher from the schema: its pattern, its format, or the example itself where it is an enum.',
  ],
  response: [
    'does not take all that the contract lets the provider send',
    'the contract allows, the matcher does not take',
    'Take what the contract allows: a type matcher, or the pattern of the schema.',
  ],
} as const;

/** A matcher of which nobody can say whether it fits. */
export function notJudged(
  judged: Judged,
  { matcher, pointer, name }: Pick<Question, 'matcher' | 'pointer' | 'name'>,
): Finding {
  return findingAt(judged, pointer, {
    id: 'pact/matcher-not-judged',
    severity: 'warning',
    message: `the ${asString(matcher.match) ?? 'type'} matcher at ${name} cannot be compared with the schema and was not checked`,
  });
}

function* bodyQuestions({ message, direction, visits }: JudgedMessage): Generator<Question> {
  const rules = message.rules.get('body') ?? new Map<string, readonly JsonObject[]>();
  for (const { value, at, declared } of visits) {
    if (isObject(value) || isArray(value) || declared.length === 0) continue;
    for (const matcher of ruleAt(rules, at)?.matchers ?? [])
      yield {
        matcher,
        example: value,
        schemas: declared,
        pointer: `${message.bodyPointer}${at}`,
        name: at,
        text: false,
        direction,
      };
  }
}
