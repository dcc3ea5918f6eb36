import type {
  BatchState,
  ChangeCount,
  HistoryEntry,
  Intake,
  IntakeState,
  PlannedRow,
  RecordState,
  Resend,
  Runner,
  Sums,
  UnsentCounts,
} from '@enrollkit/contract/runner';

/** A tone of the look, whose colour goes with a word and never stands for it alone. */
export type Tone =
  | 'enrolled'
  | 'refused'
  | 'rejected'
  | 'unsent'
  | 'unknown'
  | 'open'
  | 'waiting'
  | 'abandoned';

/** A word for the reader, and the tone beside it. */
export interface Word {
  readonly text: string;
  readonly tone: Tone;
}

const word = (text: string, tone: Tone): Word => ({ text, tone });

/** States of an intake. */
export const intakeStates: Readonly<Record<IntakeState, Word>> = {
  reading: word('Reading', 'open'),
  ready: word('Sending', 'open'),
  settled: word('Settled', 'enrolled'),
};

/** The state of an intake in words: one that only waits for a person sends nothing. */
export function intakeWord({ state, sums }: Pick<Intake, 'state' | 'sums'>): Word {
  const onlyWaits = sums.unknown > 0 && sums.waiting + sums.submitted === 0;
  return state === 'ready' && onlyWaits ? word('Needs a decision', 'unknown') : intakeStates[state];
}

/** States of a batch. */
export const batchStates: Readonly<Record<BatchState, Word>> = {
  sealed: word('Waiting', 'unsent'),
  submitting: word('Submitting', 'open'),
  submitted: word('Submitted', 'open'),
  unknown: word('Unknown', 'unknown'),
  settled: word('Settled', 'enrolled'),
  refused: word('Refused', 'refused'),
  abandoned: word('Abandoned', 'abandoned'),
};

/** Outcomes of a record. */
export const recordStates: Readonly<Record<RecordState, Word>> = {
  batched: word('No outcome yet', 'open'),
  enrolled: word('Enrolled', 'enrolled'),
  refused: word('Refused', 'refused'),
  abandoned: word('Abandoned', 'abandoned'),
};

/** What the runner does. */
export const activities: Readonly<Record<Runner['activity'], Word>> = {
  working: word('Working', 'enrolled'),
  paused: word('Paused', 'rejected'),
  stopping: word('Stopping', 'abandoned'),
};

/** Why rows were not sent. */
export const unsentReasons: Readonly<Record<keyof UnsentCounts, string>> = {
  unchanged: 'Already enrolled, unchanged',
  changed: 'Already enrolled, changed',
  applied: 'Changed: brought up to date',
  new: 'Not enrolled: only reported',
  'in-flight': 'On its way in another intake',
  unresolved: 'Unknown in another intake',
  'refused-before': 'Refused before, unchanged',
  removed: 'Removed or erased',
  'opted-out': 'Opted out',
};

/** Reasons of planned rows, which know two more. */
export const plannedReasons: Readonly<Record<PlannedRow['reason'], string>> = {
  ...unsentReasons,
  rejected: 'Rejected',
  replaced: 'Replaced by a later row',
};

/** What happened with a cardholder. */
export const historyWords: Readonly<Record<HistoryEntry['what'], Word>> = {
  enrolled: word('Enrolled', 'enrolled'),
  refused: word('Refused by the provider', 'refused'),
  unresolved: word('Unknown in another intake', 'unknown'),
  abandoned: word('Abandoned', 'abandoned'),
  waiting: word('Waiting to be sent', 'unsent'),
  submitted: word('Sent, no outcome yet', 'open'),
  unknown: word('Unknown', 'unknown'),
  rejected: word('Rejected before sending', 'rejected'),
  imported: word('Imported into the register', 'enrolled'),
  removed: word('Removed', 'abandoned'),
  changed: word('Enrolled before, with other data', 'rejected'),
  applied: word('Brought up to date', 'enrolled'),
  new: word('Not enrolled: only reported', 'unsent'),
  'in-flight': word('On its way in another intake', 'open'),
  'refused-before': word('Refused before, unchanged', 'refused'),
  'opted-out': word('Opted out', 'abandoned'),
};

/** When a refused record may be sent again. */
export const resendWords: Readonly<Record<Resend, string>> = {
  again: 'May be sent again',
  later: 'Later',
  never: 'Not as it is',
};

/** Single requests that change what is enrolled. */
export const changeKinds: Readonly<Record<ChangeCount['kind'], string>> = {
  'update-profile': 'Update a profile',
  'update-card': 'Update a card',
  'delete-replaced': 'Delete a replaced card',
  'delete-card': 'Delete a card',
  'delete-profile': 'Delete a profile',
};

/** Where such requests stand. */
export const changeStages: Readonly<Record<ChangeCount['stage'], Word>> = {
  waiting: word('Waiting', 'unsent'),
  sending: word('Sending', 'open'),
  unknown: word('Unknown', 'unknown'),
  done: word('Done', 'enrolled'),
  refused: word('Refused', 'refused'),
  dropped: word('Dropped', 'abandoned'),
};

/** One part of all rows. */
export interface Share extends Word {
  readonly key: string;
  readonly value: number;
}

/** What became of the rows of an intake; the sum of the values is its rows. */
export function sharesOf(sums: Sums): readonly Share[] {
  const unsent = Object.entries(sums.unsent) as [keyof UnsentCounts, number][];
  return [
    { key: 'enrolled', ...word('Enrolled', 'enrolled'), value: sums.enrolled },
    ...unsent.map(([reason, value]) => ({
      key: `unsent-${reason}`,
      ...word(unsentReasons[reason], 'unsent'),
      value,
    })),
    { key: 'refused', ...word('Refused by the provider', 'refused'), value: sums.refused },
    { key: 'rejected', ...word('Rejected before sending', 'rejected'), value: sums.rejected },
    { key: 'abandoned', ...word('Abandoned', 'abandoned'), value: sums.abandoned },
    { key: 'unknown', ...word('Unknown: needs a decision', 'unknown'), value: sums.unknown },
    { key: 'submitted', ...word('Sent, no outcome yet', 'open'), value: sums.submitted },
    { key: 'waiting', ...word('Not sent yet', 'waiting'), value: sums.waiting },
  ];
}

/** Rows that need no more work: all but those that wait, are on their way or are unknown. */
export function rowsDone({ rows, waiting, submitted, unknown }: Sums): number {
  return rows - waiting - submitted - unknown;
}
