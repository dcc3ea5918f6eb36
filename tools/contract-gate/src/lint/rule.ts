import type { Finding, Severity } from '../report/index.ts';
import type { Spec } from '../spec/load.ts';

/** One rule about one spec. A rule may find several kinds of thing. */
export type Rule = (spec: Spec) => Iterable<Finding>;

/** What a rule says about a pointer of the spec. */
export interface Complaint {
  readonly id: string;
  readonly pointer: string;
  readonly message: string;
  readonly hint?: string;
  readonly severity?: Severity;
}

/** A finding with the place of its pointer. */
export function findingIn(
  spec: Pick<Spec, 'locate'>,
  { id, pointer, message, hint, severity = 'error' }: Complaint,
): Finding {
  return {
    id,
    severity,
    message,
    place: spec.locate(pointer),
    pointer,
    ...(hint === undefined ? {} : { hint }),
  };
}
