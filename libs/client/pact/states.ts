/**
 * What the provider's world must be like before an interaction. The words stand in the pacts; who verifies a
 * provider brings its world about, and gives the ids that the interaction names.
 */
export const states = {
  oldErrorShape: 'errors come in the older shape',
  requestRefused: 'the provider does not accept the request',
  signatureRefused: 'the gateway does not accept the signature',
  forbidden: 'the gateway does not let the client in',
  forbiddenForNow: 'the gateway does not let the client in for now',
  tooMany: 'there were too many requests',
  broken: 'the provider has a fault',
  unavailable: 'the provider is not available for now',
  idTaken: 'a batch with this externalBatchId is there',
  batchInProgress: 'a batch is in progress',
  batchDone: 'a batch is done, its card enrolled',
  batchWithRefusal: 'a batch is done, its card refused',
  batchFailed: 'a batch failed as a whole',
  card: 'a card is enrolled',
  cardTaken: 'the provider takes a card once only, and has it',
} as const;

/** Name of a state. */
export type State = keyof typeof states;
