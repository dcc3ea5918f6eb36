import type { Finding } from '../report/index.ts';
import { segmentsOf } from '../spec/json.ts';
import { findingAt, type Judged } from './judged.ts';

/** Query parameters and fields that a consumer sends and the contract does not have. */
export function* unknownFields(judged: Judged): Generator<Finding> {
  const { interaction, operation, messages } = judged;
  const known = operation.parameters.filter((parameter) => parameter.in === 'query').map(({ name }) => name);
  for (const name of interaction.query.keys()) {
    if (known.includes(name) || known.includes(name.replace(/\[.*\]$/, ''))) continue;
    yield findingAt(judged, `${interaction.pointer}/request/query/${name}`, {
      id: 'pact/query-unknown',
      message: `${operation.id} has no query parameter ${name}`,
      hint: known.length === 0 ? 'It has none at all.' : `It has ${known.join(', ')}.`,
    });
  }
  for (const { direction, message, visits } of messages) {
    // What an answer holds beyond its schema, the comparator tells.
    if (direction === 'response') continue;
    for (const { unknown, at } of visits) {
      if (!unknown) continue;
      yield findingAt(judged, `${message.bodyPointer}${at}`, {
        id: 'pact/request-field-unknown',
        message: `the request of ${operation.id} has no field ${segmentsOf(at).at(-1)} at ${at}`,
      });
    }
  }
}
