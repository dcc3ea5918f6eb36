import type { BatchDetail } from '@enrollkit/contract/runner';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { ago, count } from '../../formats.ts';
import { Empty, PageHead } from '../../parts/basic.tsx';
import type { Column } from '../../parts/data-table.tsx';
import { FileLink } from '../../parts/intake-table.tsx';
import { List } from '../../parts/list.tsx';
import { api, listQuery } from '../../queries.ts';

const columns: readonly Column<BatchDetail>[] = [
  {
    name: 'Batch',
    cell: ({ batch: { id, intakeId, externalBatchId } }) => (
      <Link
        to="/decisions/$intakeId/$batchId"
        params={{ intakeId, batchId: String(id) }}
        className="mono strong"
      >
        {externalBatchId}
      </Link>
    ),
  },
  { name: 'Intake', cell: ({ intake: { id, fileName } }) => <FileLink id={id} fileName={fileName} /> },
  { name: 'Records', width: '6rem', figures: true, cell: ({ batch }) => count(batch.records) },
  { name: 'Attempts', width: '6rem', figures: true, cell: ({ batch }) => count(batch.attempts) },
  {
    name: 'Sent',
    width: '8rem',
    cell: ({ batch: { submittedAt } }) =>
      submittedAt === undefined ? <span className="soft">–</span> : ago(submittedAt),
  },
  {
    name: 'Why it is not known',
    cell: ({ batch: { reason } }) =>
      reason === undefined ? <span className="soft">The process ended while it sent</span> : reason.message,
  },
];

const query = listQuery(['unknown'], (page) => api.unknownBatches(page));

/** Every batch that waits for a person. */
export function DecisionsPage(): ReactNode {
  return (
    <>
      <PageHead
        title="Decisions"
        lead="Batches that were sent, and of which nobody knows whether they arrived. Ask the provider for the batch, then say here what it answered."
      />
      <section className="card flush" aria-label="Batches that wait for a decision">
        <List
          label="Batches that wait for a decision"
          query={query}
          columns={columns}
          rowKey={({ batch: { intakeId, id } }) => `${intakeId} ${id}`}
          narrowest={58}
          empty={
            <Empty title="Nothing waits for a decision">
              Of every batch that was sent it is known what became of it, or it is still on its way.
            </Empty>
          }
        />
      </section>
    </>
  );
}
