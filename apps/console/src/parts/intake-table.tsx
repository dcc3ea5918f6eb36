import type { Intake } from '@enrollkit/contract/runner';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { count, duration, percent, rate } from '../formats.ts';
import { Moment, ShareBar, State } from './basic.tsx';
import { intakeWord, rowsDone, sharesOf } from './words.ts';

/** Intakes with how far they are. */
export function IntakeTable(props: {
  readonly labelledBy: string;
  readonly intakes: readonly Intake[];
}): ReactNode {
  const { labelledBy, intakes } = props;
  return (
    <div className="scroll" tabIndex={0} role="group" aria-labelledby={labelledBy}>
      <table className="intakes" aria-labelledby={labelledBy}>
        <thead>
          <tr>
            <th scope="col">File</th>
            <th scope="col">State</th>
            <th scope="col" className="meter-cell">
              Done
            </th>
            <th scope="col" className="number">
              Rows
            </th>
            <th scope="col" className="number">
              Enrolled
            </th>
            <th scope="col" className="number">
              Refused
            </th>
            <th scope="col" className="number">
              Unknown
            </th>
            <th scope="col" className="number">
              Rate
            </th>
            <th scope="col" className="number">
              Time left
            </th>
          </tr>
        </thead>
        <tbody>
          {intakes.map((intake) => (
            <IntakeRow key={intake.id} intake={intake} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function IntakeRow({ intake }: { readonly intake: Intake }): ReactNode {
  const { id, fileName, sums, createdAt, recordsPerSecond, secondsLeft } = intake;
  return (
    <tr>
      <th scope="row">
        <FileLink id={id} fileName={fileName} />
        <br />
        <span className="soft">
          <Moment at={createdAt} />
        </span>
      </th>
      <td>
        <State word={intakeWord(intake)} />
      </td>
      <td className="meter-cell">
        <ShareBar shares={sharesOf(sums)} />
        <span className="soft figures">{percent(rowsDone(sums), sums.rows)}</span>
      </td>
      <td className="number">{count(sums.rows)}</td>
      <td className="number">{count(sums.enrolled)}</td>
      <td className="number">{count(sums.refused)}</td>
      <td className={sums.unknown > 0 ? 'number strong' : 'number'}>{count(sums.unknown)}</td>
      <td className="number">{recordsPerSecond === undefined ? '–' : rate(recordsPerSecond)}</td>
      <td className="number">{secondsLeft === undefined ? '–' : duration(secondsLeft)}</td>
    </tr>
  );
}

/** The name of a file, leading to its intake. */
export function FileLink({ id, fileName }: { readonly id: string; readonly fileName: string }): ReactNode {
  return (
    <Link to="/intakes/$intakeId" params={{ intakeId: id }} className="strong">
      {fileName === '' ? id : fileName}
    </Link>
  );
}
