import type { ReactNode } from 'react';
import { count } from '../formats.ts';
import { Part } from './basic.tsx';
import type { Share } from './words.ts';

/** Rows by what became, or would become, of them, and their share; the `always` row also when it is 0. */
export function OutcomeTable(props: {
  readonly labelledBy: string;
  readonly shares: readonly Share[];
  readonly always: string;
  /** What the shares are parts of. */
  readonly rows: number;
  /** More rows of the table. */
  readonly children?: ReactNode;
  readonly foot?: ReactNode;
}): ReactNode {
  const { labelledBy, shares, always, rows, children, foot } = props;
  return (
    <table aria-labelledby={labelledBy}>
      <thead>
        <tr>
          <th scope="col">Outcome</th>
          <th scope="col" className="number">
            Rows
          </th>
          <th scope="col" className="number">
            Share
          </th>
        </tr>
      </thead>
      <tbody>
        {shares
          .filter(({ value, key }) => value > 0 || key === always)
          .map(({ key, text, tone, value }) => (
            <tr key={key} className={`tone-${tone}`}>
              <th scope="row">
                <span className="swatch" />
                {text}
              </th>
              <td className="number">{count(value)}</td>
              <td className="number">
                <Part value={value} of={rows} />
              </td>
            </tr>
          ))}
        {children}
      </tbody>
      {foot !== undefined && <tfoot>{foot}</tfoot>}
    </table>
  );
}
