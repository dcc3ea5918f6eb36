import type { Plan, PlannedRow, PlanSums, UnsentCounts } from '@enrollkit/contract/runner';
import { useQuery } from '@tanstack/react-query';
import { useEffect, type ReactNode } from 'react';
import { count, counted, duration } from '../../formats.ts';
import { useAnnounce } from '../../live/announce.tsx';
import { Button, Card, Empty, Failure, Loading, Notice, ShareBar, Tile } from '../../parts/basic.tsx';
import { DataTable, type Column } from '../../parts/data-table.tsx';
import { FileLink } from '../../parts/intake-table.tsx';
import { OutcomeTable } from '../../parts/outcome-table.tsx';
import { changeKinds, plannedReasons, unsentReasons, type Share } from '../../parts/words.ts';
import { planQuery } from '../../queries.ts';

/** A plan from its start to its sums. */
export function PlanResult({
  started,
  onDiscard,
}: {
  readonly started: Plan;
  readonly onDiscard: () => void;
}): ReactNode {
  const { data: plan = started, error } = useQuery({ ...planQuery(started.id), initialData: started });
  const announce = useAnnounce();
  const { stage, sums } = plan;
  useEffect(() => {
    if (stage === 'made' && sums !== undefined)
      announce(`The plan is made: ${counted(sums.new, 'record')} would be sent.`);
  }, [announce, stage, sums]);
  return (
    <div className="stack">
      <div className="row">
        <h2>{plan.fileName}</h2>
        <Button onPress={onDiscard}>{stage === 'reading' ? 'Stop planning' : 'Plan another file'}</Button>
      </div>
      {error !== null && <Failure error={error} what="The plan" />}
      {stage === 'reading' && (
        <Card id="reading" title="Reading the file …">
          <Loading what="the plan" />
        </Card>
      )}
      {stage === 'failed' && plan.problem !== undefined && (
        <Notice tone="refused" alert title={plan.problem.title}>
          <p>{plan.problem.hint}</p>
          <p className="soft mono">{plan.problem.code}</p>
        </Notice>
      )}
      {sums !== undefined && <Sums sums={sums} />}
      {stage === 'made' && <Rows rows={plan.rows ?? []} />}
    </div>
  );
}

function sharesOf(sums: PlanSums): readonly Share[] {
  const unsent = Object.entries(sums.unsent) as [keyof UnsentCounts, number][];
  return [
    { key: 'new', text: 'Would be sent', tone: 'enrolled', value: sums.new },
    { key: 'rejected', text: 'Rejected', tone: 'rejected', value: sums.rejected },
    ...unsent.map(
      ([reason, value]): Share => ({
        key: `unsent-${reason}`,
        text: unsentReasons[reason],
        tone: 'unsent',
        value,
      }),
    ),
  ];
}

function Sums({ sums }: { readonly sums: PlanSums }): ReactNode {
  const shares = sharesOf(sums);
  return (
    <>
      <dl className="tiles">
        <Tile name="Rows" value={count(sums.rows)} />
        <Tile name="Would be sent" value={count(sums.new)} />
        <Tile name="Batches" value={count(sums.batches)} />
        <Tile name="Requests, at least" value={count(sums.requests)} />
        <Tile name="Time, at least" value={duration(sums.seconds)} />
      </dl>
      <ShareBar large shares={shares} />
      <Card id="would-be" title="What would become of the rows">
        <OutcomeTable labelledBy="would-be" shares={shares} always="new" rows={sums.rows}>
          {sums.changes.map(({ kind, requests }) => (
            <tr key={kind}>
              <th scope="row">{changeKinds[kind]}</th>
              <td className="number">{count(requests)}</td>
              <td className="number soft">requests</td>
            </tr>
          ))}
        </OutcomeTable>
        {sums.missing > 0 && (
          <p className="soft">{counted(sums.missing, 'card')} of the register are not in the file.</p>
        )}
      </Card>
    </>
  );
}

const columns: readonly Column<PlannedRow>[] = [
  { name: 'Line', width: '5rem', figures: true, cell: ({ line }) => count(line) },
  { name: 'Consumer', cell: ({ externalConsumerId }) => externalConsumerId },
  { name: 'Why', width: '15rem', cell: ({ reason }) => plannedReasons[reason] },
  { name: 'Codes', cell: ({ codes }) => <span className="mono">{codes?.join(', ')}</span> },
  { name: 'Changed', cell: ({ groups }) => groups?.join(', ') },
  {
    name: 'Other intake',
    width: '11rem',
    cell: ({ intakeId }) => intakeId && <FileLink id={intakeId} fileName={intakeId.slice(0, 12)} />,
  },
];

function Rows({ rows }: { readonly rows: readonly PlannedRow[] }): ReactNode {
  return (
    <Card id="rows" title="Rows to look at" aside="Not plainly new or unchanged" flush>
      {rows.length === 0 ? (
        <Empty title="There is none">Every row is plainly new or unchanged.</Empty>
      ) : (
        <DataTable
          label="Rows to look at"
          columns={columns}
          rows={rows}
          rowKey={({ row, line }) => `${row} ${line}`}
          narrowest={50}
        />
      )}
    </Card>
  );
}
