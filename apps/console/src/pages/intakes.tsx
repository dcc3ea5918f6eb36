import type { Intake, IntakeState } from '@enrollkit/contract/runner';
import { useState, type ReactNode } from 'react';
import { count, percent } from '../formats.ts';
import { Empty, Moment, PageHead, ShareBar, State } from '../parts/basic.tsx';
import type { Column } from '../parts/data-table.tsx';
import { Filter } from '../parts/filter.tsx';
import { FileLink } from '../parts/intake-table.tsx';
import { List } from '../parts/list.tsx';
import { intakeStates, intakeWord, rowsDone, sharesOf } from '../parts/words.ts';
import { api, listQuery } from '../queries.ts';

const columns: readonly Column<Intake>[] = [
  { name: 'File', cell: ({ id, fileName }) => <FileLink id={id} fileName={fileName} /> },
  { name: 'State', width: '8.5rem', cell: (intake) => <State word={intakeWord(intake)} /> },
  {
    name: 'Done',
    width: '9rem',
    cell: ({ sums }) => (
      <>
        <ShareBar shares={sharesOf(sums)} />
        <span className="soft figures">{percent(rowsDone(sums), sums.rows)}</span>
      </>
    ),
  },
  { name: 'Rows', width: '7rem', figures: true, cell: ({ sums }) => count(sums.rows) },
  { name: 'Enrolled', width: '7rem', figures: true, cell: ({ sums }) => count(sums.enrolled) },
  { name: 'Refused', width: '6rem', figures: true, cell: ({ sums }) => count(sums.refused) },
  { name: 'Rejected', width: '6rem', figures: true, cell: ({ sums }) => count(sums.rejected) },
  { name: 'Unknown', width: '6rem', figures: true, cell: ({ sums }) => count(sums.unknown) },
  { name: 'Read first', width: '12rem', cell: ({ createdAt }) => <Moment at={createdAt} /> },
];

/** Every intake of the ledger, newest first. */
export function IntakesPage(): ReactNode {
  const [state, setState] = useState<IntakeState>();
  const query = listQuery(['intakes', state], (page) => api.intakes({ ...page, ...(state && { state }) }));
  return (
    <>
      <PageHead
        title="Intakes"
        lead="One input file under one environment and programme each, newest first."
      />
      <section className="card flush" aria-label="Intakes">
        <div className="filters">
          <Filter label="State" options={intakeStates} value={state} onChange={setState} />
        </div>
        <List
          label="Intakes"
          query={query}
          columns={columns}
          rowKey={({ id }) => id}
          narrowest={66}
          empty={<Empty title="There is no such intake">enrollkit run FILE makes one.</Empty>}
        />
      </section>
    </>
  );
}
