import type { Intake } from '@enrollkit/contract/runner';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { useEffect, useRef, type ReactNode } from 'react';
import { ApiError } from '../../api-error.ts';
import { count, counted, percent } from '../../formats.ts';
import { useAnnounce } from '../../live/announce.tsx';
import { Moment, Notice, PageHead, State, Pending } from '../../parts/basic.tsx';
import { intakeWord, rowsDone } from '../../parts/words.ts';
import { intakeQuery } from '../../queries.ts';
import { RunnerControls } from '../../runner/controls.tsx';
import { NotFoundPage } from '../errors.tsx';
import { IntakeAudit, IntakeBatches, IntakeRecords, IntakeRejections } from './lists.tsx';
import { Summary } from './summary.tsx';

const route = getRouteApi('/intakes/$intakeId');

const tabs = [
  { view: undefined, name: 'Summary' },
  { view: 'batches', name: 'Batches' },
  { view: 'records', name: 'Records' },
  { view: 'rejections', name: 'Rejected rows' },
  { view: 'audit', name: 'Audit trail' },
] as const;

/** One intake: how far it is, what became of its rows, and why. */
export function IntakePage(): ReactNode {
  const { intakeId } = route.useParams();
  const { data: intake, error, refetch } = useQuery(intakeQuery(intakeId));
  if (intake === undefined) {
    if (error instanceof ApiError && error.status === 404) return <NotFoundPage />;
    return <Pending error={error} what="the intake" again={() => void refetch()} />;
  }
  return (
    <>
      <PageHead
        title={intake.fileName === '' ? intake.id : intake.fileName}
        crumbs={<Link to="/intakes">Intakes</Link>}
        lead={
          <span className="row">
            <State word={intakeWord(intake)} />
            <span>
              read first <Moment at={intake.createdAt} />
            </span>
          </span>
        }
      >
        {intake.state !== 'settled' && <RunnerControls />}
      </PageHead>
      <Spoken intake={intake} />
      <Tabs intakeId={intakeId} />
      <View intake={intake} />
    </>
  );
}

function Tabs({ intakeId }: { readonly intakeId: string }): ReactNode {
  const search = route.useSearch();
  const { view } = search;
  return (
    <nav className="tabs" aria-label="Parts of the intake">
      {tabs.map((tab) => (
        <Link
          key={tab.name}
          to="/intakes/$intakeId"
          params={{ intakeId }}
          // The tab that is open keeps its filters, so that its address is the present one.
          search={tab.view === view ? search : tab.view === undefined ? {} : { view: tab.view }}
          activeOptions={{ exact: true, includeSearch: true }}
        >
          {tab.name}
        </Link>
      ))}
    </nav>
  );
}

function View({ intake }: { readonly intake: Intake }): ReactNode {
  const { view, batch, record, code } = route.useSearch();
  const navigate = route.useNavigate();
  const { id } = intake;
  if (view === 'batches')
    return (
      <IntakeBatches
        intakeId={id}
        state={batch}
        onState={(state) => void navigate({ search: { view, ...(state && { batch: state }) } })}
      />
    );
  if (view === 'records')
    return (
      <IntakeRecords
        intakeId={id}
        state={record}
        code={code}
        onState={(state) => void navigate({ search: { view, ...(state && { record: state }) } })}
      />
    );
  if (view === 'rejections') return <IntakeRejections intakeId={id} code={code} />;
  if (view === 'audit') return <IntakeAudit intakeId={id} />;
  return (
    <div className="stack">
      <Warnings intake={intake} />
      <Summary intake={intake} />
    </div>
  );
}

function Warnings({ intake }: { readonly intake: Intake }): ReactNode {
  const { sums, addsUp, purgedAt } = intake;
  return (
    <>
      {!addsUp && (
        <Notice tone="refused" alert title="The sums do not add up">
          <p>Please report this as a defect, with the output of enrollkit ledger verify.</p>
        </Notice>
      )}
      {sums.unknown > 0 && (
        <Notice
          tone="unknown"
          icon="decisions"
          title={`It is not known whether ${counted(sums.unknown, 'record')} reached the provider`}
          action={
            <Link to="/decisions" className="button">
              Decide
            </Link>
          }
        />
      )}
      {purgedAt !== undefined && (
        <Notice tone="unsent" icon="info" title="This intake was purged">
          <p>
            Only its sums are left since <Moment at={purgedAt} />.
          </p>
        </Notice>
      )}
    </>
  );
}

/** Says now and then how far the intake is, and at once when it is settled. */
function Spoken({ intake: { state, sums, fileName } }: { readonly intake: Intake }): ReactNode {
  const announce = useAnnounce();
  const before = useRef(state);
  const done = rowsDone(sums);
  useEffect(() => {
    if (before.current !== state && state === 'settled')
      announce(`${fileName} is settled: ${count(sums.enrolled)} enrolled, ${count(sums.refused)} refused.`);
    else if (state !== 'settled' && sums.rows > 0) announce(`${percent(done, sums.rows)} done`, 'progress');
    before.current = state;
  }, [announce, done, fileName, state, sums]);
  return null;
}
