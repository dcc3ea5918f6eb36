import { resolve } from 'node:path';
import type { Observer, PipelineEvent } from '@enrollkit/pipeline';
import type { BatchRow, ChangeRow } from '@enrollkit/ledger';
import { pino } from 'pino';
import type { LoadedConfig } from '../config/load.ts';
import { hideSensitive } from './sensitive.ts';

/** The run's log: JSON lines in the configured file, or nowhere. */
export interface RunLog {
  readonly observe: Observer;
  /** Writes a warning that is no event of the pipeline. */
  readonly warn: (kind: string, fields: Readonly<Record<string, unknown>>) => void;
  close(): void;
}

const levels: Readonly<Record<PipelineEvent['kind'], 'debug' | 'info' | 'warn'>> = {
  reading: 'debug',
  findings: 'info',
  'header-record': 'info',
  'no-line-end': 'warn',
  'row-warnings': 'warn',
  ready: 'info',
  'missing-cards': 'info',
  recovered: 'warn',
  submitted: 'info',
  settled: 'info',
  refused: 'warn',
  busy: 'info',
  unknown: 'warn',
  late: 'warn',
  'clock-set-back': 'warn',
  'change-ended': 'info',
  'change-postponed': 'info',
  missing: 'warn',
  warning: 'warn',
  'key-withdrawn': 'warn',
  resealed: 'info',
  superseded: 'info',
  'work-failed': 'warn',
  'ledger-unavailable': 'warn',
  'ledger-available': 'info',
  'deadline-at-risk': 'warn',
  'window-closed': 'info',
  'window-open': 'info',
  paused: 'info',
  unpaused: 'info',
  'provider-down': 'warn',
  'provider-up': 'info',
};

/** A batch by its external id, a change by its number and kind: nobody's ids. */
function withoutIds(event: object): object {
  if ('batch' in event) return { ...event, batch: (event.batch as BatchRow).externalBatchId };
  if (!('change' in event)) return event;
  const { id, kind } = event.change as ChangeRow;
  return { ...event, change: id, changeKind: kind };
}

function ignore(): void {}

/**
 * Opens the log. Events name batches and codes, never records; of a batch, only its external id is written.
 */
export function openLog({ config, folder }: LoadedConfig, onLost: (why: Error) => void = ignore): RunLog {
  const { logFile, logLevel } = config.output;
  if (logFile === undefined) return { observe: ignore, warn: ignore, close: ignore };
  const destination = pino.destination({
    dest: resolve(folder, logFile),
    mkdir: true,
    mode: 0o600,
    sync: true,
  });
  // A run continues without its log; the first failure is reported.
  destination.once('error', onLost).on('error', () => undefined);
  const logger = pino(
    {
      level: logLevel,
      base: { pid: process.pid },
      formatters: { log: (entry) => hideSensitive(entry, { maskTexts: true }) },
    },
    destination,
  );
  return {
    observe: (event) => {
      const { kind, ...rest } = event;
      logger[levels[kind]](withoutIds(rest), kind);
    },
    warn: (kind, fields) => logger.warn(fields, kind),
    close: () => {
      try {
        destination.end();
      } catch {
        // A failure to write was reported when it happened.
      }
    },
  };
}
