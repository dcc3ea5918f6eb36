import { elementsOf } from '../spec/elements.ts';
import { extensions } from '../spec/extensions.ts';
import { asArray, asObject, asString, type Json, type JsonObject } from '../spec/json.ts';
import { follow } from '../spec/operations.ts';
import { findingIn, type Rule } from './rule.ts';

const sampleJwe = 'eyJhbGciOiJSU0EtT0FFUC0yNTYifQ.QUFB.QkJC.Q0ND.RERE';
const sampleOthers = ['', 'word', 'eyJh.QUFB.QkJC', '1.2'];

/** Every JWE string says what is inside it, in a form that code can be generated from. */
export const encryptedRule: Rule = function* (spec) {
  for (const { kind, name, pointer, object } of elementsOf(spec.document)) {
    if (kind !== 'property' && kind !== 'schema' && kind !== 'part') continue;
    const meant = asObject(follow(spec.document, object, pointer).value);
    const encrypted = object[extensions.encrypted] ?? meant[extensions.encrypted];
    if (encrypted === undefined) {
      if (!looksEncrypted(name.split('.').at(-1) ?? '', meant)) continue;
      yield findingIn(spec, {
        id: 'encrypted/missing',
        pointer,
        message: `the ${kind} ${name} is a JWE string that does not say what is inside it`,
        hint: `Add \`${extensions.encrypted}: { $ref: '#/components/schemas/<Plaintext>' }\`.`,
      });
    } else if (object[extensions.encrypted] !== undefined) {
      const why = unusable(encrypted, object);
      if (why !== undefined)
        yield findingIn(spec, {
          id: 'encrypted/unusable',
          pointer: `${pointer}/${extensions.encrypted}`,
          message: `${extensions.encrypted} of ${name} ${why}`,
        });
    }
  }
};

function unusable(encrypted: Json, owner: JsonObject): string | undefined {
  const ref = asString(asObject(encrypted).$ref);
  if (ref === undefined || !/^#\/components\/schemas\/[^/]+$/.test(ref))
    return "must be a reference to a schema of the components: its name becomes the plaintext's type";
  return typesOf(owner).includes('string') ? undefined : 'stands on something that is not a string';
}

/** By its name, its format, or a pattern that takes a JWE and nothing else that is short. */
function looksEncrypted(name: string, schema: JsonObject): boolean {
  if (!typesOf(schema).includes('string')) return false;
  const pattern = asString(schema.pattern);
  return (
    /^encrypted[A-Z]|^jwe$|Jwe$/.test(name) ||
    schema.format === 'jwe' ||
    schema.contentMediaType === 'application/jose' ||
    (pattern !== undefined && takesOnlyJwe(pattern))
  );
}

function takesOnlyJwe(pattern: string): boolean {
  try {
    const expression = new RegExp(pattern, 'u');
    return expression.test(sampleJwe) && sampleOthers.every((other) => !expression.test(other));
  } catch {
    return false; // Not a pattern at all: the general linter says so.
  }
}

function typesOf(schema: JsonObject): readonly Json[] {
  return typeof schema.type === 'string' ? [schema.type] : asArray(schema.type);
}
