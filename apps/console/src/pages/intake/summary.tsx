import type { Intake } from '@enrollkit/contract/runner';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { lazy, Suspense, type ReactNode } from 'react';
import { bytes, count, counted, duration, percent, rate } from '../../formats.ts';
import {
  Card,
  Empty,
  Fact,
  Facts,
  Loading,
  Moment,
  ShareBar,
  State,
  Tile,
  Pending,
} from '../../parts/basic.tsx';
import { CodeTable } from '../../parts/code-table.tsx';
import { OutcomeTable } from '../../parts/outcome-table.tsx';
import { changeKinds, changeStages, rowsDone, sharesOf } from '../../parts/words.ts';
import { refusalsQuery, rejectionCountsQuery, timelineQuery } from '../../queries.ts';

/** The chart's library is loaded with the first chart. */
const TimelineChart = lazy(() =>
  import('./timeline-chart.tsx').then((all) => ({ default: all.TimelineChart })),
);

/** What is read again while the intake moves, in milliseconds. */
const REFRESH_MS = 5000;

interface OfIntake {
  readonly intake: Intake;
}

/** Progress, outcomes, their course over time, and the reasons of what did not pass. */
export function Summary({ intake }: OfIntake): ReactNode {
  return (
    <>
      <Progress intake={intake} />
      <div className="with-side">
        <div className="stack">
          <OverTime intake={intake} />
          <Refusals intake={intake} />
          <Rejections intake={intake} />
          <Changes intake={intake} />
        </div>
        <div className="stack">
          <Outcomes intake={intake} />
          <About intake={intake} />
        </div>
      </div>
    </>
  );
}

function Progress({ intake }: OfIntake): ReactNode {
  const { sums, state, reading, bytes: size, recordsPerSecond, secondsLeft } = intake;
  const done = rowsDone(sums);
  const shares = sharesOf(sums);
  return (
    <section className="stack tight" aria-label="Progress">
      <dl className="tiles">
        <Tile name="Done" value={percent(done, sums.rows) || '–'}>
          {count(done)} of {counted(sums.rows, 'row')}
        </Tile>
        <Tile name="Enrolled" value={count(sums.enrolled)}>
          {percent(sums.enrolled, sums.rows)} of all rows
        </Tile>
        <Tile name="Rate" value={recordsPerSecond === undefined ? '–' : rate(recordsPerSecond)}>
          Outcomes, last minute
        </Tile>
        {state === 'settled' ? (
          <Tile name="Time left" value="None">
            Settled
          </Tile>
        ) : (
          <Tile name="Time left" value={secondsLeft === undefined ? '–' : duration(secondsLeft)}>
            {secondsLeft === undefined ? 'Nothing moves' : 'At this rate'}
          </Tile>
        )}
        {state === 'reading' && (
          <Tile name="File read" value={percent(reading.bytes, size) || '–'}>
            {bytes(reading.bytes)} of {bytes(size)}
          </Tile>
        )}
      </dl>
      <ShareBar large shares={shares} />
    </section>
  );
}

function Outcomes({ intake: { sums, addsUp } }: OfIntake): ReactNode {
  return (
    <Card id="outcomes" title="Outcomes" aside={addsUp ? 'The sums add up' : 'The sums do not add up'}>
      <OutcomeTable
        labelledBy="outcomes"
        shares={sharesOf(sums)}
        always="enrolled"
        rows={sums.rows}
        foot={
          <tr>
            <th scope="row">Rows read</th>
            <td className="number strong">{count(sums.rows)}</td>
            <td />
          </tr>
        }
      />
    </Card>
  );
}

function OverTime({ intake: { id, state } }: OfIntake): ReactNode {
  const { data, error } = useQuery({
    ...timelineQuery(id),
    refetchInterval: state === 'settled' ? false : REFRESH_MS,
  });
  return (
    <Card id="over-time" title="Outcomes over time">
      {data === undefined ? (
        <Pending error={error} what="outcomes over time" />
      ) : data.points.length === 0 ? (
        <Empty title="No outcome yet">The chart begins with the first batch that is settled.</Empty>
      ) : (
        <Suspense fallback={<Loading what="the chart" />}>
          <TimelineChart timeline={data} />
        </Suspense>
      )}
    </Card>
  );
}

function Refusals({ intake: { id, sums, state } }: OfIntake): ReactNode {
  const { data, error } = useQuery({
    ...refusalsQuery(id),
    enabled: sums.refused > 0,
    refetchInterval: state === 'settled' ? false : REFRESH_MS,
  });
  if (sums.refused === 0) return null;
  const rows = data?.codes.map(({ code, records, advice }) => ({
    code,
    value: records,
    advice,
    link: (
      <Link
        to="/intakes/$intakeId"
        params={{ intakeId: id }}
        search={{ view: 'records', record: 'refused', code }}
      >
        {code}
      </Link>
    ),
  }));
  return (
    <Card id="refusals" title="Refused by the provider" aside={counted(sums.refused, 'record')}>
      {rows === undefined ? (
        <Pending error={error} what="reasons of refusals" />
      ) : (
        <CodeTable labelledBy="refusals" noun="Records" tone="refused" rows={rows} />
      )}
    </Card>
  );
}

function Rejections({ intake: { id, sums } }: OfIntake): ReactNode {
  const { data, error } = useQuery({ ...rejectionCountsQuery(id), enabled: sums.rejected > 0 });
  if (sums.rejected === 0) return null;
  const rows = data?.codes.map(({ code, rows: value, advice }) => ({
    code,
    value,
    advice,
    link: (
      <Link to="/intakes/$intakeId" params={{ intakeId: id }} search={{ view: 'rejections', code }}>
        {code}
      </Link>
    ),
  }));
  return (
    <Card id="rejected" title="Rejected before sending" aside={counted(sums.rejected, 'row')}>
      {rows === undefined ? (
        <Pending error={error} what="reasons of rejections" />
      ) : (
        <CodeTable labelledBy="rejected" noun="Rows" tone="rejected" rows={rows} />
      )}
    </Card>
  );
}

function Changes({ intake: { sums } }: OfIntake): ReactNode {
  if (sums.changes.length === 0) return null;
  return (
    <Card id="changes" title="Changes of what is enrolled">
      <table aria-labelledby="changes">
        <thead>
          <tr>
            <th scope="col">Request</th>
            <th scope="col">State</th>
            <th scope="col" className="number">
              Requests
            </th>
          </tr>
        </thead>
        <tbody>
          {sums.changes.map(({ kind, stage, requests }) => (
            <tr key={`${kind} ${stage}`}>
              <th scope="row">{changeKinds[kind]}</th>
              <td>
                <State word={changeStages[stage]} />
              </td>
              <td className="number">{count(requests)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Card>
  );
}

function About({ intake }: OfIntake): ReactNode {
  const { id, source, digest, format, bytes: size, environment, programme, createdAt } = intake;
  return (
    <Card id="about" title="What this is about">
      <Facts>
        <Fact name="File" mono>
          {source}
        </Fact>
        <Fact name="Size">
          {bytes(size)}, {format}
        </Fact>
        <Fact name="Read first">
          <Moment at={createdAt} />
        </Fact>
        <Fact name="Provider" mono>
          {environment}
        </Fact>
        <Fact name="Programme" mono>
          {programme}
        </Fact>
        <Fact name="Intake" mono>
          {id}
        </Fact>
        <Fact name="SHA-256 of the file" mono>
          {digest}
        </Fact>
      </Facts>
    </Card>
  );
}
