import { elementsOf } from '../spec/elements.ts';
import { extensions } from '../spec/extensions.ts';
import { asArray } from '../spec/json.ts';
import { findingIn, type Rule } from './rule.ts';

/** `x-extensible-enum: true` opens an enum of strings; alone, or on anything else, it says nothing. */
export const openEnumRule: Rule = function* (spec) {
  for (const { name, pointer, object } of elementsOf(spec.document)) {
    const open = object[extensions.extensibleEnum];
    if (open === undefined) continue;
    const listed = asArray(object.enum);
    if (
      open === true &&
      object.type === 'string' &&
      listed.length > 0 &&
      listed.every((value) => typeof value === 'string')
    )
      continue;
    yield findingIn(spec, {
      id: 'enum/not-extensible',
      pointer: `${pointer}/${extensions.extensibleEnum}`,
      message: `${extensions.extensibleEnum} of ${name} does not stand beside an enum of strings`,
      hint: 'Write `true`, beside `type: string` and an `enum` of the values known so far.',
    });
  }
};
