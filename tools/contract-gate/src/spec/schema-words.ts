import { elementsOf } from './elements.ts';
import { SpecError } from './errors.ts';
import type { Spec } from './load.ts';

/** Every word a schema may hold: JSON Schema 2020-12, and what OpenAPI 3.0 and 3.1 add. `x-` words are anybody's. */
const words = new Set([
  // core
  '$schema',
  '$id',
  '$ref',
  '$anchor',
  '$dynamicRef',
  '$dynamicAnchor',
  '$defs',
  '$comment',
  '$vocabulary',
  // applicators
  'allOf',
  'anyOf',
  'oneOf',
  'not',
  'if',
  'then',
  'else',
  'dependentSchemas',
  'prefixItems',
  'items',
  'contains',
  'properties',
  'patternProperties',
  'additionalProperties',
  'propertyNames',
  'unevaluatedItems',
  'unevaluatedProperties',
  // validation
  'type',
  'enum',
  'const',
  'multipleOf',
  'maximum',
  'exclusiveMaximum',
  'minimum',
  'exclusiveMinimum',
  'maxLength',
  'minLength',
  'pattern',
  'maxItems',
  'minItems',
  'uniqueItems',
  'maxContains',
  'minContains',
  'maxProperties',
  'minProperties',
  'required',
  'dependentRequired',
  'format',
  // annotations
  'title',
  'description',
  'default',
  'deprecated',
  'readOnly',
  'writeOnly',
  'examples',
  'contentEncoding',
  'contentMediaType',
  'contentSchema',
  // OpenAPI
  'discriminator',
  'xml',
  'externalDocs',
  'example',
  'nullable',
]);

/**
 * Throws `SpecError` for a schema with a word nobody knows, or a pattern that is none. Validators would overlook the one
 * and break at the other.
 */
export function requireUsableSchemas(spec: Spec): void {
  for (const { kind, name, pointer, object } of elementsOf(spec.document)) {
    if (kind !== 'schema' && kind !== 'property' && kind !== 'part') continue;
    const unknown = Object.keys(object).find((word) => !words.has(word) && !word.startsWith('x-'));
    if (unknown !== undefined) {
      throw new SpecError(
        'SPEC_SCHEMA_UNUSABLE',
        `${name} holds ${unknown}, which is no word of JSON Schema`,
        {
          place: spec.locate(`${pointer}/${unknown}`),
          hint: 'Mend its spelling; a word of your own begins with `x-`.',
        },
      );
    }
    const why = typeof object.pattern === 'string' ? fault(object.pattern) : undefined;
    if (why !== undefined) {
      throw new SpecError('SPEC_SCHEMA_UNUSABLE', `the pattern of ${name} is no regular expression: ${why}`, {
        place: spec.locate(`${pointer}/pattern`),
        hint: 'Patterns are ECMAScript regular expressions with the `u` flag.',
      });
    }
  }
}

function fault(pattern: string): string | undefined {
  try {
    RegExp(pattern, 'u');
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
