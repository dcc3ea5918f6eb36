import { operationFinder, responseOf } from '../pact/operation.ts';
import type { Interaction, Pact } from '../pact/pact.ts';
import { walk } from '../pact/walk.ts';
import type { Finding } from '../report/index.ts';
import type { JsonObject } from '../spec/json.ts';
import type { OperationPlace } from '../spec/operations.ts';
import { plainView } from '../view/plain-view.ts';
import { comparatorFindings } from './comparator.ts';
import { unknownFields } from './fields.ts';
import type { Judged, JudgedMessage } from './judged.ts';
import { MatcherJudge } from './matchers.ts';
import { SlowPatternJudge } from './slow-patterns.ts';

/**
 * Everything in a pact that the contract forbids: what pactflow's comparator finds on the plain view, and
 * what it does not look for (query parameters and fields nobody described, matchers wider than the schema, or
 * narrower in an answer).
 */
export async function verifyPact(pact: Pact, document: JsonObject): Promise<Finding[]> {
  const findings = await Array.fromAsync(comparatorFindings(pact, plainView(document)));
  const find = operationFinder(document);
  const matchers = new MatcherJudge(document);
  const patterns = new SlowPatternJudge(document);
  for (const interaction of pact.interactions) {
    const operation = find(interaction);
    // That there is none, the comparator has said.
    if (operation === undefined) continue;
    const judged: Judged = {
      document,
      pact,
      interaction,
      operation,
      messages: messagesOf(document, interaction, operation),
    };
    findings.push(...unknownFields(judged), ...matchers.findings(judged), ...patterns.findings(judged));
  }
  return findings;
}

/** Both messages, with their bodies walked along the contract. */
export function messagesOf(
  document: JsonObject,
  interaction: Interaction,
  operation: OperationPlace,
): readonly [JudgedMessage, JudgedMessage] {
  const judged = (direction: JudgedMessage['direction']): JudgedMessage => {
    const message = interaction[direction];
    const place = direction === 'request' ? operation.request : responseOf(operation, interaction.status);
    const schema = place?.json?.schema;
    const visits =
      schema === undefined || message.body === undefined ? [] : [...walk(document, schema, message.body)];
    return { direction, message, schema, visits };
  };
  return [judged('request'), judged('response')];
}
