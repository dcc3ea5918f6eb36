import { elementsOf } from '../spec/elements.ts';
import { extensions, isOwn, provenances } from '../spec/extensions.ts';
import { findingIn, type Rule } from './rule.ts';

/** Every element says where it comes from, unless the document is the workspace's own. */
export const provenanceRule: Rule = function* (spec) {
  if (isOwn(spec.document)) return;
  for (const { kind, name, pointer, object } of elementsOf(spec.document)) {
    if (kind === 'part') continue;
    const found = object[extensions.provenance];
    if (found === undefined) {
      yield findingIn(spec, {
        id: 'provenance/missing',
        pointer,
        message: `the ${kind} ${name} does not say where it comes from`,
        hint: `Add \`${extensions.provenance}: ${provenances.join(' | ')}\`.`,
      });
    } else if (!provenances.some((known) => known === found)) {
      yield findingIn(spec, {
        id: 'provenance/unknown',
        pointer: `${pointer}/${extensions.provenance}`,
        message: `the ${kind} ${name} has a provenance other than ${provenances.join(', ')}`,
      });
    }
  }
};
