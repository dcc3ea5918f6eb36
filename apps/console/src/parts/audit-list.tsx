import type { AuditEvent } from '@enrollkit/contract/runner';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { api, listQuery } from '../queries.ts';
import { AuditDetails } from './audit-words.tsx';
import { Empty, Moment } from './basic.tsx';
import type { Column } from './data-table.tsx';
import { List } from './list.tsx';

const columns: readonly Column<AuditEvent>[] = [
  { name: 'When', width: '12rem', cell: ({ at }) => <Moment at={at} /> },
  { name: 'What', width: '10rem', cell: ({ action }) => <span className="strong">{action}</span> },
  { name: 'Who', width: '12rem', cell: ({ actor }) => actor },
  { name: 'With', cell: ({ details }) => <AuditDetails details={details} /> },
];

const intakeColumn: Column<AuditEvent> = {
  name: 'Intake',
  width: '9rem',
  cell: ({ intakeId }) =>
    intakeId === undefined ? (
      <span className="soft">–</span>
    ) : (
      <Link to="/intakes/$intakeId" params={{ intakeId }} className="mono">
        {intakeId.slice(0, 12)}
      </Link>
    ),
};

/** Who did what, newest first: of one intake, or of all. */
export function AuditList({ intakeId }: { readonly intakeId?: string }): ReactNode {
  const query = listQuery(['audit', 'list', intakeId], (page) =>
    api.audit({ ...page, ...(intakeId !== undefined && { intakeId }) }),
  );
  return (
    <section className="card flush" aria-label="Audit trail">
      <List
        label="Audit trail"
        query={query}
        columns={intakeId === undefined ? [...columns, intakeColumn] : columns}
        rowKey={({ id }) => id}
        narrowest={58}
        empty={<Empty title="Nothing was done yet" />}
      />
    </section>
  );
}
