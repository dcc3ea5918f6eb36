import { elementsOf } from '../spec/elements.ts';
import { extensions, sensitiveKinds } from '../spec/extensions.ts';
import { asArray, asObject, type Json, type JsonObject } from '../spec/json.ts';
import { follow } from '../spec/operations.ts';
import { findingIn, type Rule } from './rule.ts';

type SensitiveKind = (typeof sensitiveKinds)[number];

/**
 * Names of fields that hold something sensitive, whoever writes the spec. Masked ones included: a masked name
 * is still a name.
 */
const names: readonly (readonly [SensitiveKind, RegExp])[] = [
  ['pan', /^(f?pan|primaryAccountNumber|accountNumber|cardNumber)$/i],
  ['expiry', /^(pan|card)?(Expiration|Expiry)(Month|Year|Date)$/i],
  ['name', /^(masked)?(first|middle|last|full|cardholder(First|Last|Full)?)Name$/i],
  ['contact', /^(masked)?(email|emailAddress|phoneNumber|mobilePhone|identityValue)$|^maskedIdentityValue$/i],
  ['address', /^(line[1-4]|street|zip|postalCode)$/i],
  ['key', /^(cvc2?|cvv2?|cardSecurityCode|password|secret|clientSecret|privateKey|pin)$/i],
];

/** Every field that must never be shown says so, with a kind that redaction knows. */
export const sensitiveRule: Rule = function* (spec) {
  for (const { kind, name, pointer, object } of elementsOf(spec.document)) {
    const said = object[extensions.sensitive];
    if (said !== undefined && !sensitiveKinds.some((known) => known === said)) {
      yield findingIn(spec, {
        id: 'sensitive/unknown',
        pointer: `${pointer}/${extensions.sensitive}`,
        message: `${name} has a kind other than ${sensitiveKinds.join(', ')}`,
      });
    }
    const field = name.split('.').at(-1) ?? '';
    const expected = kind === 'property' ? names.find(([, pattern]) => pattern.test(field))?.[0] : undefined;
    if (expected === undefined || said !== undefined) continue;
    const meant = asObject(follow(spec.document, object, pointer).value);
    if (meant[extensions.sensitive] !== undefined || !holdsText(meant)) continue;
    yield findingIn(spec, {
      id: 'sensitive/missing',
      pointer,
      message: `${name} looks like a sensitive field and does not say so`,
      hint: `Add \`${extensions.sensitive}: ${expected}\`: logs, errors and reports take their redaction from it.`,
    });
  }
};

/** Text or a number, or no type said. An object is judged by its own fields. */
function holdsText(schema: JsonObject): boolean {
  const types: readonly Json[] = typeof schema.type === 'string' ? [schema.type] : asArray(schema.type);
  return types.length === 0
    ? schema.properties === undefined
    : types.some((type) => type === 'string' || type === 'integer' || type === 'number');
}
