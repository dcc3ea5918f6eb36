import type {
  Batch,
  BatchState,
  IntakeRecord as EnrollmentRecord,
  RecordState,
  Rejection,
} from '@enrollkit/contract/runner';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { count } from '../../formats.ts';
import { AuditList } from '../../parts/audit-list.tsx';
import { Empty, Moment, State } from '../../parts/basic.tsx';
import type { Column } from '../../parts/data-table.tsx';
import { Filter } from '../../parts/filter.tsx';
import { List } from '../../parts/list.tsx';
import { batchStates, recordStates, resendWords } from '../../parts/words.ts';
import { api, listQuery } from '../../queries.ts';

const none = <span className="soft">–</span>;

const batchColumns: readonly Column<Batch>[] = [
  {
    name: 'Batch',
    cell: ({ id, intakeId, externalBatchId }) => (
      <Link to="/decisions/$intakeId/$batchId" params={{ intakeId, batchId: String(id) }} className="mono">
        {externalBatchId}
      </Link>
    ),
  },
  { name: 'State', width: '8.5rem', cell: ({ state }) => <State word={batchStates[state]} /> },
  { name: 'Records', width: '6rem', figures: true, cell: ({ records }) => count(records) },
  { name: 'Attempts', width: '6rem', figures: true, cell: ({ attempts }) => count(attempts) },
  { name: 'Polls', width: '5rem', figures: true, cell: ({ polls }) => count(polls) },
  {
    name: 'Submitted',
    width: '12rem',
    cell: ({ submittedAt }) => (submittedAt === undefined ? none : <Moment at={submittedAt} />),
  },
  { name: 'Reason', cell: ({ reason }) => (reason === undefined ? none : reason.message) },
];

/** The batches of an intake. */
export function IntakeBatches(props: {
  readonly intakeId: string;
  readonly state: BatchState | undefined;
  readonly onState: (state: BatchState | undefined) => void;
}): ReactNode {
  const { intakeId, state, onState } = props;
  const query = listQuery(['batches', intakeId, state], (page) =>
    api.batches(intakeId, { ...page, ...(state && { state }) }),
  );
  return (
    <section className="card flush" aria-label="Batches">
      <div className="filters">
        <Filter label="State" options={batchStates} value={state} onChange={onState} />
      </div>
      <List
        label="Batches"
        query={query}
        columns={batchColumns}
        rowKey={({ id }) => id}
        narrowest={62}
        empty={<Empty title="There is no such batch" />}
      />
    </section>
  );
}

const recordColumns: readonly Column<EnrollmentRecord>[] = [
  { name: 'Row', width: '5rem', figures: true, cell: ({ row }) => count(row) },
  { name: 'Consumer', cell: ({ externalConsumerId }) => externalConsumerId },
  { name: 'Card', cell: ({ externalCardId }) => externalCardId },
  {
    name: 'Card number',
    width: '10rem',
    cell: ({ maskedPan }) => (maskedPan === undefined ? none : <span className="mono">{maskedPan}</span>),
  },
  { name: 'Outcome', width: '9rem', cell: ({ state }) => <State word={recordStates[state]} /> },
  {
    name: 'Refused with',
    cell: ({ refusal }) =>
      refusal === undefined ? (
        none
      ) : (
        <>
          <span className="mono">{refusal.code}</span> {refusal.message}
          <br />
          <span className="soft">{resendWords[refusal.resend]}</span>
        </>
      ),
  },
];

/** The records of an intake. */
export function IntakeRecords(props: {
  readonly intakeId: string;
  readonly state: RecordState | undefined;
  readonly code: string | undefined;
  readonly onState: (state: RecordState | undefined) => void;
}): ReactNode {
  const { intakeId, state, code, onState } = props;
  const query = listQuery(['records', intakeId, state, code], (page) =>
    api.records(intakeId, { ...page, ...(state && { state }), ...(code !== undefined && { code }) }),
  );
  return (
    <section className="card flush" aria-label="Records">
      <div className="filters">
        <Filter label="Outcome" options={recordStates} value={state} onChange={onState} />
        {code !== undefined && <OnlyCode code={code} intakeId={intakeId} view="records" />}
      </div>
      <List
        label="Records"
        query={query}
        columns={recordColumns}
        rowKey={({ batchId, externalConsumerId, externalCardId, generation }) =>
          `${batchId} ${generation} ${externalConsumerId} ${externalCardId}`
        }
        narrowest={60}
        empty={<Empty title="There is no such record" />}
      />
    </section>
  );
}

const rejectionColumns: readonly Column<Rejection>[] = [
  { name: 'Line', width: '5rem', figures: true, cell: ({ line }) => count(line) },
  { name: 'Consumer', width: '12rem', cell: ({ externalConsumerId }) => externalConsumerId ?? none },
  { name: 'Card', width: '10rem', cell: ({ externalCardId }) => externalCardId ?? none },
  {
    name: 'What is wrong',
    cell: ({ errors }) =>
      errors.map(({ field, code, message, hint }) => (
        <p key={`${field} ${code}`}>
          <span className="strong">{field}</span> {message} <span className="mono soft">{code}</span>
          {hint !== undefined && <span className="soft"> {hint}</span>}
        </p>
      )),
  },
];

/** The rows of an intake that were not sent, with all that is wrong with each. */
export function IntakeRejections(props: {
  readonly intakeId: string;
  readonly code: string | undefined;
}): ReactNode {
  const { intakeId, code } = props;
  const query = listQuery(['rejections', intakeId, code], (page) =>
    api.rejections(intakeId, { ...page, ...(code !== undefined && { code }) }),
  );
  return (
    <section className="card flush" aria-label="Rejected rows">
      {code !== undefined && (
        <div className="filters">
          <OnlyCode code={code} intakeId={intakeId} view="rejections" />
        </div>
      )}
      <List
        label="Rejected rows"
        query={query}
        columns={rejectionColumns}
        rowKey={({ row, line }) => `${row} ${line}`}
        narrowest={52}
        empty={<Empty title="No row was rejected">Every row that was read could be sent.</Empty>}
      />
    </section>
  );
}

function OnlyCode(props: {
  readonly code: string;
  readonly intakeId: string;
  readonly view: 'records' | 'rejections';
}): ReactNode {
  const { code, intakeId, view } = props;
  return (
    <span>
      Only <span className="mono">{code}</span>{' '}
      <Link to="/intakes/$intakeId" params={{ intakeId }} search={{ view }}>
        Show all
      </Link>
    </span>
  );
}

/** What was done with one intake. */
export function IntakeAudit({ intakeId }: { readonly intakeId: string }): ReactNode {
  return <AuditList intakeId={intakeId} />;
}
