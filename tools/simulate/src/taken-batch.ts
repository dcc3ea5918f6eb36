import type { SeededRandom } from '@enrollkit/base';
import type { ProviderKeys } from './keys.ts';
import type { Plan } from './plan.ts';

/** What the provider makes of one card: enrolled, refused, or taken and never reported. */
export interface CardOutcome {
  readonly externalConsumerId: string;
  readonly externalCardId: string;
  readonly result: 'enrolled' | 'refused' | 'lost';
  /** Of a refusal: whether another try could succeed. */
  readonly recoverable: boolean;
  /** The provider's id of an enrolled card. */
  readonly cardId: string;
}

/** A batch that the provider has taken. */
export interface TakenBatch {
  readonly batchId: string;
  readonly externalBatchId: string;
  readonly cards: readonly CardOutcome[];
  /** The sealed body it came with. */
  readonly jwe: string;
  readonly failed: boolean;
  readonly doneAt: number;
  /** Answers so far, of those after it was done. */
  answers: number;
}

/** How the world stands to the simulation's clock and numbers. */
export interface WorldDependencies {
  readonly plan: Plan;
  readonly keys: ProviderKeys;
  readonly random: SeededRandom;
  /** Milliseconds from the start. */
  readonly elapsed: () => number;
}
