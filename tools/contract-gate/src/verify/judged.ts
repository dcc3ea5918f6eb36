import type { Interaction, Message, Pact } from '../pact/pact.ts';
import type { Visit } from '../pact/walk.ts';
import type { Finding } from '../report/index.ts';
import type { JsonObject } from '../spec/json.ts';
import type { OperationPlace, SchemaPlace } from '../spec/operations.ts';

/** One interaction with what the contract says of it. */
export interface Judged {
  /** The contract. */
  readonly document: JsonObject;
  readonly pact: Pact;
  readonly interaction: Interaction;
  readonly operation: OperationPlace;
  /** Request and answer, each with the schema of its body where there is one. */
  readonly messages: readonly JudgedMessage[];
}

/** One of the two messages. */
export interface JudgedMessage {
  readonly direction: 'request' | 'response';
  readonly message: Message;
  readonly schema: SchemaPlace | undefined;
  /** The body, walked along its schema. */
  readonly visits: readonly Visit[];
}

/** A finding about an interaction, at a place in its file. */
export function findingAt(
  { pact, interaction }: Judged,
  pointer: string,
  said: Pick<Finding, 'id' | 'message' | 'hint' | 'details'> & Partial<Pick<Finding, 'severity'>>,
): Finding {
  return {
    severity: 'error',
    ...said,
    message: `${interaction.description}: ${said.message}`,
    place: pact.locate(pointer),
  };
}
