import { basename } from 'node:path/win32';
import { defined } from '@enrollkit/base';
import type {
  AuditEvent,
  Batch,
  ChangeCount,
  Environment,
  Intake,
  IntakeRecord as RecordView,
  Rejection as RejectionView,
  Runner,
  Sums,
} from '@enrollkit/contract/runner';
import { describeProgramme, resendClassOf, type Rejection } from '@enrollkit/enrollment';
import {
  isHeldBack,
  type BatchRow,
  type Intake as LedgerIntake,
  type LockOwner,
  type NumberedEvent,
  type Pace,
  type RecordRow,
  type Tally,
} from '@enrollkit/ledger';
import { addsUp } from '@enrollkit/pipeline';
import { environmentOf } from '../../assemble.ts';
import type { LoadedConfig } from '../../config/load.ts';
import { environmentName, environmentOfUrl } from '../../config/provider-environment.ts';
import { programmeOf } from '../../config/programme.ts';

/** The last part of a path, whichever system wrote it. */
export function fileNameOf(source: string): string {
  return source === '-' ? 'standard input' : basename(source);
}

/** Which provider the configuration is for. */
export function environmentView({ config }: LoadedConfig): Environment {
  return {
    label: environmentName(config),
    baseUrl: environmentOf(config),
    kind: environmentOfUrl(config.provider.baseUrl),
    programme: describeProgramme(programmeOf(config)),
  };
}

/** The process that works on the ledger. */
export function runnerView(owner: LockOwner): Runner {
  const { host, pid, command, since, heartbeat, instruction } = owner;
  return {
    host,
    pid,
    command,
    since: since.toISOString(),
    heartbeat: heartbeat.toISOString(),
    activity: instruction === undefined ? 'working' : instruction === 'pause' ? 'paused' : 'stopping',
  };
}

/** An intake with its sums; `pace`: how fast it moves, of one that is not settled. */
export function intakeView(intake: LedgerIntake, tally: Tally, pace?: Pace): Intake {
  const open = tally.waiting + tally.submitted;
  const perSecond = pace === undefined || open === 0 ? undefined : (pace.records * 1000) / pace.overMs;
  return defined<Intake>({
    id: intake.id,
    fileName: fileNameOf(intake.source),
    source: intake.source,
    digest: intake.digest,
    format: intake.format,
    bytes: intake.bytes,
    state: intake.state,
    createdAt: intake.createdAt.toISOString(),
    purgedAt: intake.purgedAt?.toISOString(),
    environment: intake.environment ?? '',
    programme: describeProgramme(intake.programme),
    reading: { bytes: intake.position.offset, rows: intake.position.rows },
    sums: sumsView(tally),
    addsUp: addsUp(tally),
    recordsPerSecond: perSecond === undefined ? undefined : rounded(perSecond),
    secondsLeft: perSecond === undefined || perSecond === 0 ? undefined : rounded(open / perSecond),
  });
}

function rounded(value: number): number {
  return Math.round(value * 10) / 10;
}

function sumsView({ changes, unchangedBy: _unchangedBy, ...sums }: Tally): Sums {
  const counts = Object.entries(changes).flatMap(([kind, stages]) =>
    Object.entries(stages).flatMap(([stage, requests]) =>
      requests === 0 ? [] : [{ kind, stage, requests } as ChangeCount],
    ),
  );
  return { ...sums, unsent: { ...sums.unsent }, batches: { ...sums.batches }, changes: counts };
}

/** A batch. */
export function batchView(batch: BatchRow): Batch {
  const { id, intakeId, generation, position, externalBatchId, state, records, attempts, polls } = batch;
  return defined<Batch>({
    id,
    intakeId,
    generation,
    position,
    externalBatchId,
    state,
    records,
    attempts,
    polls,
    providerBatchId: batch.providerBatchId,
    submittedAt: batch.submittedAt?.toISOString(),
    notBefore:
      batch.notBefore.getTime() > Date.now() && !isHeldBack(batch.notBefore)
        ? batch.notBefore.toISOString()
        : undefined,
    reason: batch.reason && { code: batch.reason.code, message: batch.reason.message },
  });
}

/** A record, as it is shown: its number is masked in the ledger already. */
export function recordView(row: RecordRow): RecordView {
  return defined<RecordView>({
    row: row.place.row,
    line: row.place.line,
    externalConsumerId: row.externalConsumerId,
    externalCardId: row.externalCardId,
    maskedPan: row.maskedPan === '' ? undefined : row.maskedPan,
    state: row.state,
    batchState: row.batchState,
    batchId: row.batchId,
    externalBatchId: row.externalBatchId,
    generation: row.generation,
    providerConsumerId: row.providerConsumerId,
    providerCardId: row.providerCardId,
    refusal: row.state === 'refused' ? refusalOf(row) : undefined,
  });
}

function refusalOf({ code = 'UNSPECIFIED', message = '' }: RecordRow): NonNullable<RecordView['refusal']> {
  return { code, message, resend: resendClassOf(code) };
}

/** A rejected row. */
export function rejectionView({
  place,
  externalConsumerId,
  externalCardId,
  errors,
}: Rejection): RejectionView {
  return defined<RejectionView>({
    row: place.row,
    line: place.line,
    externalConsumerId,
    externalCardId,
    errors: errors.map(({ field, code, message, hint }) =>
      defined<RejectionView['errors'][number]>({ field, code, message, hint }),
    ),
  });
}

/** A line of the audit trail. */
export function eventView({ id, at, actor, action, intakeId, batchId, detail }: NumberedEvent): AuditEvent {
  return defined<AuditEvent>({
    id,
    at: at.toISOString(),
    actor,
    action,
    intakeId,
    batchId,
    details: Object.entries(detail).map(([label, value]) => ({ label, value })),
  });
}
