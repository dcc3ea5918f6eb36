import type { AuditEvent } from '@enrollkit/contract/runner';
import type { ReactNode } from 'react';
import { count } from '../formats.ts';

/** The details of an event, as names and values. */
export function AuditDetails({ details }: Pick<AuditEvent, 'details'>): ReactNode {
  return details.map(({ label, value }, index) => (
    <span key={label}>
      {index > 0 && <span className="soft">, </span>}
      <span className="soft">{label}</span> {typeof value === 'number' ? count(value) : String(value)}
    </span>
  ));
}
