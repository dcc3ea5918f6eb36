import type { StatusBody } from '../families/shared/status-body.ts';
import type { Answer } from '../http/answer.ts';

/** What a fault knows about the request it is applied to. */
export interface FaultContext {
  /** The rule's value, or the fault's default. */
  readonly value: number;
  /** The provider's clock, milliseconds. */
  readonly now: number;
  /** The last success of the same operation, for whichever client, where there is one. */
  readonly previous?: Answer | undefined;
  /** Seeded, in [0, 1); the same for the same request and label. */
  readonly chance: (label: string) => number;
}

interface Common {
  readonly description: string;
  /** What the number after `=` means, and its default. */
  readonly value?: { readonly meaning: string; readonly default: number };
  /** `target`: one URL is always affected or never. Otherwise each request is decided anew. */
  readonly per?: 'target';
}

/**
 * Applied before the request is looked at; nothing takes effect. `drop`: connection reset. `silence`: never
 * answered.
 */
export type ArrivalFault = Common & {
  readonly at: 'arrival';
  readonly apply: (context: FaultContext) => Answer | 'drop' | 'silence';
};
/** Applied while the request is processed. */
export type ProcessingFault = Common & { readonly at: 'processing' };
/** Applied after the effect: replaces the operation's answer. */
export type AnswerFault = Common & {
  readonly at: 'answer';
  readonly apply: (answer: Answer, context: FaultContext) => Answer;
};
/** Applied to the body of a batch status. */
export type StatusFault = Common & {
  readonly at: 'status';
  readonly apply: (status: StatusBody, context: FaultContext) => StatusBody;
};
/** Applied to the bytes of the answer. */
export type WireFault = Common & { readonly at: 'wire' };
/** Replaces the answer of the key set or the token endpoint. */
export type SideFault = Common & {
  readonly at: 'keys' | 'token';
  readonly apply: (context: FaultContext) => Answer | 'drop';
};

/** One way to fail. */
export type FaultDefinition =
  | ArrivalFault
  | ProcessingFault
  | AnswerFault
  | StatusFault
  | WireFault
  | SideFault;
