import type { ReactNode } from 'react';
import { AuditList } from '../parts/audit-list.tsx';
import { PageHead } from '../parts/basic.tsx';

/** Everything that was decided and done, with who did it. */
export function AuditPage(): ReactNode {
  return (
    <>
      <PageHead
        title="Audit trail"
        lead="What was done with the ledger and who did it, newest first. Nothing in it can be changed or removed."
      />
      <AuditList />
    </>
  );
}
