import type { Overview as OverviewFacts } from '@enrollkit/contract/runner';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { ago, count, counted, moment, rate } from '../formats.ts';
import { useLive, type Live } from '../live/progress.ts';
import { AuditDetails } from '../parts/audit-words.tsx';
import {
  Card,
  Empty,
  Fact,
  Facts,
  Failure,
  Loading,
  Moment,
  Notice,
  PageHead,
  State,
  Tile,
  Pending,
} from '../parts/basic.tsx';
import { IntakeTable } from '../parts/intake-table.tsx';
import { activities } from '../parts/words.ts';
import { api, contractQuery, overviewQuery } from '../queries.ts';
import { RunnerControls } from '../runner/controls.tsx';

/** The ledger at a glance: what waits for a person, and what moves. */
export function Overview(): ReactNode {
  const { data, error, refetch } = useQuery(overviewQuery);
  const live = useLive();
  return (
    <>
      <PageHead title="Overview">
        <RunnerControls />
      </PageHead>
      <div className="stack">
        {error !== null && data === undefined && (
          <Failure error={error} what="The overview" again={() => void refetch()} />
        )}
        <Waiting overview={data} live={live} />
        <Tiles overview={data} live={live} />
        <Running live={live} />
        <div className="columns">
          <Latest />
          <RunnerCard overview={data} live={live} />
        </div>
      </div>
    </>
  );
}

interface Known {
  readonly overview: OverviewFacts | undefined;
  readonly live: Live | undefined;
}

/** Everything that somebody has to look at, the gravest first. */
function Waiting({ overview, live }: Known): ReactNode {
  const unknown = live?.unknownBatches ?? overview?.unknownBatches ?? 0;
  const pausedUntil = live === undefined ? overview?.pausedUntil : live.pausedUntil;
  const { data: contract } = useQuery(contractQuery);
  const breaking = contract?.findings.filter(({ severity }) => severity === 'error').length ?? 0;
  return (
    <>
      {live?.ledgerError !== undefined && (
        <Notice tone="refused" alert title="The ledger cannot be read at the moment">
          <p>{live.ledgerError}</p>
        </Notice>
      )}
      {unknown > 0 && (
        <Notice
          tone="unknown"
          icon="decisions"
          title={`${counted(unknown, 'batch', 'batches')} ${unknown === 1 ? 'waits' : 'wait'} for a decision`}
          action={
            <Link to="/decisions" className="button">
              Decide
            </Link>
          }
        >
          <p>
            They were sent, and nobody knows whether they arrived. Ask the provider, then say what it
            answered.
          </p>
        </Notice>
      )}
      {overview?.inDoubt === true && (
        <Notice tone="rejected" title="This ledger was adopted">
          <p>
            What was sent meanwhile is not accounted for. enrollkit reconcile compares it with the provider.
          </p>
        </Notice>
      )}
      {pausedUntil !== undefined && (
        <Notice tone="rejected" icon="pause" title={`No request leaves before ${moment(pausedUntil)}`}>
          <p>The provider asked to wait. The runner goes on by itself.</p>
        </Notice>
      )}
      {breaking > 0 && (
        <Notice
          tone="refused"
          icon="contract"
          title={`The provider's contract has ${counted(breaking, 'breaking change')}`}
          action={
            <Link to="/contract" className="button">
              Read them
            </Link>
          }
        />
      )}
    </>
  );
}

function Tiles({ overview, live }: Known): ReactNode {
  const running = live?.intakes.filter(({ state }) => state !== 'settled') ?? [];
  const perSecond = running.reduce((sum, { recordsPerSecond = 0 }) => sum + recordsPerSecond, 0);
  const settled = overview?.intakes.settled;
  const unknown = live?.unknownBatches ?? overview?.unknownBatches;
  return (
    <dl className="tiles">
      <Tile name="Decisions that wait" value={shownCount(unknown)}>
        {unknown === 0 ? 'Nothing waits for a person' : 'Batches in state unknown'}
      </Tile>
      <Tile name="Running intakes" value={shownCount(live && running.length)}>
        {settled !== undefined && `${count(settled)} settled`}
      </Tile>
      <Tile name="Outcomes" value={live === undefined ? '–' : rate(perSecond)}>
        In the last minute
      </Tile>
      <Tile name="Cards in the register" value={shownCount(overview?.registered)}>
        What was agreed with the provider
      </Tile>
    </dl>
  );
}

function shownCount(value: number | undefined): string {
  return value === undefined ? '–' : count(value);
}

function Running({ live }: { readonly live: Live | undefined }): ReactNode {
  return (
    <Card id="running" title="Running intakes" aside={<Link to="/intakes">All intakes</Link>}>
      {live === undefined ? (
        <Loading what="running intakes" />
      ) : live.intakes.length === 0 ? (
        <Empty title="No intake is running">enrollkit run FILE starts one; it appears here by itself.</Empty>
      ) : (
        <IntakeTable labelledBy="running" intakes={live.intakes} />
      )}
    </Card>
  );
}

function Latest(): ReactNode {
  const { data, error } = useQuery({ queryKey: ['audit', 'latest'], queryFn: () => api.audit({ limit: 8 }) });
  return (
    <Card id="latest" title="Done lately" aside={<Link to="/audit">Audit trail</Link>}>
      {data === undefined ? (
        <Pending error={error} what="the audit trail" />
      ) : data.items.length === 0 ? (
        <Empty title="Nothing was done yet" />
      ) : (
        <ul className="entries">
          {data.items.map(({ id, at, actor, action, details }) => (
            <li key={id}>
              <span>
                <span className="strong">{action}</span> <span className="soft">by {actor}</span>
              </span>
              <span className="soft">
                <Moment at={at} />
              </span>
              <p>
                <AuditDetails details={details} />
              </p>
            </li>
          ))}
        </ul>
      )}
    </Card>
  );
}

function RunnerCard({ overview, live }: Known): ReactNode {
  const runner = live === undefined ? overview?.runner : live.runner;
  const environment = overview?.environment;
  return (
    <Card id="runner" title="Runner" aside={runner && <State word={activities[runner.activity]} />}>
      {runner === undefined ? (
        <Empty title="No process works on this ledger">enrollkit run or enrollkit resume starts one.</Empty>
      ) : (
        <Facts>
          <Fact name="Command" mono>
            {runner.command}
          </Fact>
          <Fact name="Host">{runner.host}</Fact>
          <Fact name="Process">{String(runner.pid)}</Fact>
          <Fact name="Since">
            <Moment at={runner.since} />
          </Fact>
          <Fact name="Last sign of life">{ago(runner.heartbeat)}</Fact>
          <Fact name="Provider" mono>
            {environment?.baseUrl}
          </Fact>
          <Fact name="Ledger">
            {overview && (overview.ledger === 'file' ? 'A file (SQLite)' : 'A database (PostgreSQL)')}
          </Fact>
        </Facts>
      )}
    </Card>
  );
}
