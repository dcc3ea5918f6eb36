import type { ContractFinding, ContractFindings } from '@enrollkit/contract/runner';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { Empty, Moment, PageHead, State, Pending } from '../parts/basic.tsx';
import { DataTable, type Column } from '../parts/data-table.tsx';
import type { Word } from '../parts/words.ts';
import { contractQuery } from '../queries.ts';

const severities: Readonly<Record<ContractFinding['severity'], Word>> = {
  error: { text: 'Breaks', tone: 'refused' },
  warning: { text: 'Look at it', tone: 'rejected' },
  info: { text: 'Information', tone: 'open' },
};

const columns: readonly Column<ContractFinding>[] = [
  { name: 'Verdict', width: '9rem', cell: ({ severity }) => <State word={severities[severity]} /> },
  {
    name: 'What has changed',
    cell: ({ message, hint }) => (
      <>
        {message}
        {hint !== undefined && <p className="soft">{hint}</p>}
      </>
    ),
  },
  { name: 'Kind', width: '13rem', cell: ({ id }) => <span className="mono">{id}</span> },
  {
    name: 'Where',
    width: '17rem',
    cell: ({ file, line, pointer }) => (
      <span className="mono">
        {[file, line].filter((part) => part !== undefined).join(':')} {pointer}
      </span>
    ),
  },
];

/** What has changed in the provider's contract since the one that this runner was made for. */
export function ContractPage(): ReactNode {
  const { data, error, refetch } = useQuery(contractQuery);
  return (
    <>
      <PageHead
        title="Contract"
        lead="What the last comparison with the provider's published contract found."
      />
      {data === undefined ? (
        <Pending error={error} what="the findings" again={() => void refetch()} />
      ) : (
        <section className="card flush" aria-label="Findings">
          <Findings findings={data} />
        </section>
      )}
    </>
  );
}

function Findings({ findings }: { readonly findings: ContractFindings }): ReactNode {
  const { state, checkedAt, summary, findings: found } = findings;
  if (state === 'not-configured')
    return (
      <Empty title="No comparison is configured">
        contract-gate pull compares the contracts; enrollkit serve reads its report from the configured place.
      </Empty>
    );
  if (state === 'never')
    return <Empty title="There was no comparison yet">contract-gate pull --format json makes one.</Empty>;
  return (
    <>
      <div className="filters">
        {summary !== undefined && <span>{summary}</span>}
        {checkedAt !== undefined && (
          <span className="soft">
            Compared <Moment at={checkedAt} />
          </span>
        )}
      </div>
      {found.length === 0 ? (
        <Empty title="Nothing has changed">
          The published contract is the one that this runner was made for.
        </Empty>
      ) : (
        <DataTable
          label="Findings"
          columns={columns}
          rows={found.map((finding, index) => ({ ...finding, index }))}
          rowKey={({ index }) => index}
          narrowest={56}
        />
      )}
    </>
  );
}
