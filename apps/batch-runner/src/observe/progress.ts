import type { Observer, PipelineEvent } from '@enrollkit/pipeline';
import type { Tally } from '@enrollkit/ledger';
import { clockText, count, duration, plural } from '../terminal/format.ts';
import {
  headerRecord,
  noLineEnd,
  noLineEndHint,
  shifted,
  shiftedHint,
  warningLines,
} from '../terminal/warning-lines.ts';
import type { Terminal } from '../terminal/terminal.ts';

const BAR_WIDTH = 24;
const REFRESH_MS = 250;
const PLAIN_MS = 10_000;

/**
 * Shows where a run stands: a bar with rate and time left on a terminal, a plain or JSON line every ten
 * seconds elsewhere.
 */
export class Progress {
  readonly #terminal: Terminal;
  readonly #tally: () => Promise<Tally>;
  readonly #started = Date.now();
  #timer: NodeJS.Timeout | undefined;
  #reading: Extract<PipelineEvent, { kind: 'reading' }> | undefined;
  #settledAtStart: number | undefined;
  #paused = false;
  #closedUntil: string | undefined;

  constructor(terminal: Terminal, tally: () => Promise<Tally>) {
    this.#terminal = terminal;
    this.#tally = tally;
  }

  /** Starts showing; `stop` ends it. */
  start(): void {
    this.#timer = setInterval(
      () => void this.#show().catch(() => undefined),
      this.#terminal.interactive ? REFRESH_MS : PLAIN_MS,
    );
    this.#timer.unref();
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  /** Receives the pipeline's events and prints at once what an operator should not miss. */
  readonly observe: Observer = (event) => {
    const print = printers[event.kind] as ((event: PipelineEvent, terminal: Terminal) => void) | undefined;
    if (event.kind === 'reading') this.#reading = event;
    else if (event.kind === 'ready') this.#reading = undefined;
    else if (event.kind === 'paused' || event.kind === 'unpaused') this.#paused = event.kind === 'paused';
    else if (event.kind === 'window-open') this.#closedUntil = undefined;
    else if (event.kind === 'window-closed') {
      const until = clockText(event.until, event.zone);
      // Every stage that waits for it tells.
      if (until === this.#closedUntil) return;
      this.#closedUntil = until;
    }
    print?.(event, this.#terminal);
  };

  async #show(): Promise<void> {
    const line = this.#reading ? readingLine(this.#reading) : this.#sendingLine(await this.#tally());
    if (this.#terminal.interactive) this.#terminal.bar(line);
    else this.#terminal.note(line);
  }

  #waits(): string {
    if (this.#paused) return 'paused: ';
    return this.#closedUntil === undefined ? '' : `waits until ${this.#closedUntil}: `;
  }

  #sendingLine(tally: Tally): string {
    const done = tally.enrolled + tally.refused + tally.abandoned;
    this.#settledAtStart ??= done;
    const rate = (done - this.#settledAtStart) / Math.max(0.001, (Date.now() - this.#started) / 1000);
    const left = rate > 0 ? `, ${duration((tally.records - done) / rate)} left` : '';
    return `${bar(done, tally.records)} ${this.#waits()}${count(done)}/${count(tally.records)} settled, ${count(tally.submitted)} submitted, ${count(tally.unknown)} unknown, ${count(Math.round(rate))}/s${left}`;
  }
}

type Printers = {
  [K in PipelineEvent['kind']]?: (event: Extract<PipelineEvent, { kind: K }>, terminal: Terminal) => void;
};

const printers: Printers = {
  findings: ({ duplicates, consumerConflicts, sharedContacts, sharedCards }, terminal) => {
    const report = (rows: number, what: string): void => {
      if (rows > 0) terminal.note(`${count(rows)} ${rows === 1 ? 'row' : 'rows'} ${what}`);
    };
    report(duplicates, 'with the key of an earlier row');
    report(consumerConflicts, 'with other data for a consumer than an earlier row');
    report(sharedContacts, 'with the e-mail address and mobile number of another consumer');
    report(sharedCards, 'with a card number that stands under another id');
  },
  'header-record': ({ line }, terminal) => terminal.note(headerRecord(line)),
  'no-line-end': ({ line }, terminal) => terminal.warn(noLineEnd(line), noLineEndHint),
  'row-warnings': ({ rows, kinds, shiftedFrom }, terminal) => {
    if (shiftedFrom !== undefined) terminal.warn(shifted(shiftedFrom), shiftedHint);
    for (const line of warningLines(kinds)) terminal.note(line);
    terminal.warn(
      `${count(rows)} ${plural(rows, 'row')} will be sent although something in ${rows === 1 ? 'it' : 'them'} looks odd`,
      'enrollkit check --all FILE lists them all',
    );
  },
  recovered: ({ batches }, terminal) =>
    terminal.warn(
      `${count(batches)} batches were being sent when the last run ended; whether they arrived is not known`,
    ),
  refused: ({ batch, reason }, terminal) =>
    terminal.warn(
      `the provider refused batch ${batch.externalBatchId} (${count(batch.records)} records): ${reason.code}: ${reason.message}`,
    ),
  unknown: ({ batch, reason }, terminal) =>
    terminal.warn(
      `it is not known whether batch ${batch.externalBatchId} (${count(batch.records)} records) arrived: ${reason.code}: ${reason.message}`,
    ),
  busy: ({ batch, reason }, terminal) => {
    if (reason.code === 'CONTRACT_BROKEN')
      terminal.warn(
        `batch ${batch.externalBatchId}: an answer of the provider was not accepted: ${reason.message}; it will be polled again`,
      );
  },
  late: ({ batch }, terminal) =>
    terminal.warn(
      `this process was held up before it sent batch ${batch.externalBatchId}; nothing was sent, and the batch is due again`,
    ),
  'clock-set-back': ({ ms }, terminal) =>
    terminal.warn(
      `the clock of this machine was set back by ${duration(ms / 1000)}; the run continues by its own`,
      'signatures carry the time of the machine: a provider refuses them when it is wrong',
    ),
  ready: ({ heldUntil }, terminal) => {
    if (heldUntil !== undefined)
      terminal.note(
        `part of it is sent after ${heldUntil.toISOString()}: an earlier request about the same cardholders got no answer, and could still arrive`,
      );
  },
  'missing-cards': ({ missing, removed, most, unreadable, withoutIds }, terminal) => {
    if (missing === 0) return;
    const cards = `${count(missing)} ${missing === 1 ? 'card of the register is' : 'cards of the register are'} not in the file`;
    if (withoutIds > 0)
      terminal.warn(
        `${count(withoutIds)} of them were imported, and nothing is known by which to remove them`,
      );
    if (removed > 0) return terminal.note(`${cards}, and will be removed`);
    terminal.warn(
      `${cards}; nothing is removed${unreadable > 0 ? `, for ${count(unreadable)} rows cannot be read far enough to say whose they are` : ''}`,
      most < 0 && unreadable === 0
        ? 'changes.remove says so'
        : `if they are to go: enrollkit run FILE --full --confirm-removals ${missing}`,
    );
  },
  'change-ended': ({ change, state, reason }, terminal) => {
    if (state === 'refused')
      terminal.warn(
        `the provider refused change ${change.id} (${change.kind}): ${reason?.code ?? ''}: ${reason?.message ?? ''}`,
      );
  },
  missing: ({ batch }, terminal) =>
    terminal.warn(
      `the provider does not know batch ${batch.externalBatchId}, which it accepted as ${batch.providerBatchId ?? '?'}; it will be polled again`,
    ),
  warning: ({ batch, message }, terminal) => terminal.warn(`batch ${batch.externalBatchId}: ${message}`),
  settled: ({ batch, missing, unmatched }, terminal) => {
    if (missing > 0)
      terminal.warn(
        `batch ${batch.externalBatchId}: the provider gave no result for ${count(missing)} records; they are counted as refused (RESULT_MISSING)`,
      );
    if (unmatched > 0)
      terminal.warn(
        `batch ${batch.externalBatchId}: the provider gave ${count(unmatched)} results for records that were never in it; they were ignored`,
      );
  },
  'key-withdrawn': ({ kid }, terminal) =>
    terminal.warn(
      `the provider no longer opens what was sealed with its key ${kid}; what is waiting to be sent must be sealed again`,
    ),
  'deadline-at-risk': ({ records, neededMs, leftMs, because }, terminal) =>
    terminal.warn(
      `the deadline will pass before the end: ${count(records)} records need about ${duration(neededMs / 1000)} more, and ${duration(leftMs / 1000)} are left`,
      `${because === 'rate' ? 'sending.requestsPerSecond limits it: agree a higher one with the provider, or raise' : 'the provider is slow: raise'} sending.deadlineMs; after the deadline enrollkit resume continues`,
    ),
  'window-closed': ({ until, zone }, terminal) =>
    terminal.note(
      `the sending window is closed until ${clockText(until, zone)}: nothing is sent until then; stopped meanwhile, enrollkit resume continues`,
    ),
  'window-open': (_event, terminal) => terminal.note('the sending window is open'),
  paused: (_event, terminal) =>
    terminal.warn(
      'paused on request: nothing is sent and nothing polled',
      'enrollkit resume lets it continue; the deadline keeps running',
    ),
  unpaused: (_event, terminal) => terminal.note('continuing'),
  'provider-down': ({ reason, pauseMs }, terminal) =>
    terminal.warn(
      `the provider is down (${reason.code}: ${reason.message}); one request will try again in ${duration(pauseMs / 1000)}`,
    ),
  'ledger-unavailable': ({ message }, terminal) =>
    terminal.warn(`the ledger is unavailable: ${message}; waiting for it`),
  'ledger-available': (_event, terminal) => terminal.note('the ledger is available again'),
  'work-failed': ({ batchId, message }, terminal) =>
    terminal.warn(`work on batch ${batchId} failed (${message}); it will be tried again`),
  'provider-up': (_event, terminal) => terminal.note('the provider answers again'),
};

function readingLine({
  bytes,
  totalBytes,
  rows,
  rejected,
}: Extract<PipelineEvent, { kind: 'reading' }>): string {
  return `${bar(bytes, totalBytes)} reading: ${count(rows)} rows, ${count(rejected)} rejected`;
}

function bar(done: number, total: number): string {
  const share = total === 0 ? 1 : Math.min(1, done / total);
  const full = Math.round(share * BAR_WIDTH);
  return `[${'#'.repeat(full)}${'-'.repeat(BAR_WIDTH - full)}] ${Math.floor(share * 100)}%`;
}
