import type { ReactNode } from 'react';
import { count } from '../formats.ts';
import type { Tone } from './words.ts';

/** One code with what to do about it. */
export interface CodeRow {
  readonly code: string;
  readonly value: number;
  readonly advice: string;
  /** What the code's number leads to. */
  readonly link?: ReactNode;
}

/** Codes by how often they occur: the table that the HTML report has, too. */
export function CodeTable(props: {
  readonly labelledBy: string;
  readonly noun: string;
  readonly tone: Tone;
  readonly rows: readonly CodeRow[];
}): ReactNode {
  const { labelledBy, noun, tone, rows } = props;
  const most = Math.max(...rows.map(({ value }) => value));
  return (
    <div className="scroll" tabIndex={0} role="group" aria-labelledby={labelledBy}>
      <table className="codes" aria-labelledby={labelledBy}>
        <thead>
          <tr>
            <th scope="col">Code</th>
            <th scope="col" className="number">
              {noun}
            </th>
            <th scope="col" className="bar-cell">
              <span className="hidden">Share of the largest</span>
            </th>
            <th scope="col">What to do</th>
          </tr>
        </thead>
        <tbody>
          {rows.map(({ code, value, advice, link }) => (
            <tr key={code}>
              <th scope="row" className="mono">
                {link ?? code}
              </th>
              <td className="number">{count(value)}</td>
              <td className="bar-cell">
                <svg viewBox="0 0 100 10" preserveAspectRatio="none" height="10" aria-hidden="true">
                  <rect
                    className={`fill tone-${tone}`}
                    width={Math.max(1, (value / most) * 100)}
                    height="10"
                    rx="1"
                  />
                </svg>
              </td>
              <td>{advice}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
