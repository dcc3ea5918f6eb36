import type { BatchDetail, Sender } from '@enrollkit/contract/runner';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { ApiError } from '../../api-error.ts';
import { count } from '../../formats.ts';
import { AuditDetails } from '../../parts/audit-words.tsx';
import { Card, Empty, Fact, Facts, Moment, PageHead, State, Pending } from '../../parts/basic.tsx';
import { FileLink } from '../../parts/intake-table.tsx';
import { batchStates, recordStates } from '../../parts/words.ts';
import { batchQuery } from '../../queries.ts';
import { useMayDecide } from '../../session.ts';
import { NotFoundPage } from '../errors.tsx';
import { DecisionForm } from './form.tsx';

const route = getRouteApi('/decisions/$intakeId/$batchId');

/** One batch: what is known of it, and the decision when one is to be taken. */
export function BatchPage(): ReactNode {
  const { intakeId, batchId } = route.useParams();
  const { data, error, refetch } = useQuery(batchQuery({ intakeId, batchId: Number(batchId) }));
  const mayDecide = useMayDecide();
  if (data === undefined) {
    if (error instanceof ApiError && error.status === 404) return <NotFoundPage />;
    return <Pending error={error} what="the batch" again={() => void refetch()} />;
  }
  const { batch, intake } = data;
  const waits = batch.state === 'unknown';
  return (
    <>
      <PageHead
        title={<span className="mono">{batch.externalBatchId}</span>}
        crumbs={waits ? <Link to="/decisions">Decisions</Link> : <FileLink {...intake} />}
        lead={
          <span className="row">
            <State word={batchStates[batch.state]} />
            <span>
              {count(batch.records)} records of <FileLink {...intake} />
            </span>
          </span>
        }
      />
      <div className={waits ? 'with-side' : 'stack'}>
        <div className="stack">
          <Known detail={data} />
          <Course detail={data} />
        </div>
        {waits && (mayDecide ? <DecisionForm detail={data} /> : <ForOperators />)}
      </div>
    </>
  );
}

function ForOperators(): ReactNode {
  return (
    <Card id="decision" title="A decision is needed">
      <p>Somebody with the role operator or admin can take it.</p>
    </Card>
  );
}

const senderStates: Readonly<Record<Sender['alive'], string>> = {
  alive: 'still running',
  dead: 'has ended',
  unknown: 'may still be running',
};

const outcomes = ['enrolled', 'refused', 'abandoned', 'batched'] as const;

function Known({ detail }: { readonly detail: BatchDetail }): ReactNode {
  const { batch, sender, records } = detail;
  const { reason } = batch;
  return (
    <Card id="known" title="What is known">
      <div className="stack">
        {reason !== undefined && (
          <div className="stack tight">
            <p className="soft">
              What came instead of an answer <span className="mono">{reason.code}</span>
            </p>
            <blockquote className="quote">{reason.message}</blockquote>
          </div>
        )}
        <Facts>
          <Fact name="Last attempt began">{batch.submittedAt && <Moment at={batch.submittedAt} />}</Fact>
          <Fact name="Attempts">{count(batch.attempts)}</Fact>
          <Fact name="Sent by">
            {sender && `${sender.host}, process ${sender.pid} (${senderStates[sender.alive]})`}
          </Fact>
          <Fact name="Our id" mono>
            {batch.externalBatchId}
          </Fact>
          <Fact name="Provider's id" mono>
            {batch.providerBatchId}
          </Fact>
          <Fact name="Generation">{count(batch.generation)}</Fact>
          <Fact name="Not before">{batch.notBefore && <Moment at={batch.notBefore} />}</Fact>
          {outcomes.map((state) => (
            <Fact key={state} name={recordStates[state].text}>
              {records[state] > 0 ? count(records[state]) : undefined}
            </Fact>
          ))}
        </Facts>
      </div>
    </Card>
  );
}

function Course({ detail: { events } }: { readonly detail: BatchDetail }): ReactNode {
  return (
    <Card id="course" title="What was done with it">
      {events.length === 0 ? (
        <Empty title="Nothing was decided about it yet" />
      ) : (
        <div className="scroll" tabIndex={0} role="group" aria-labelledby="course">
          <table aria-labelledby="course">
            <thead>
              <tr>
                <th scope="col">When</th>
                <th scope="col">What</th>
                <th scope="col">Who</th>
                <th scope="col">With</th>
              </tr>
            </thead>
            <tbody>
              {events.map(({ id, at, action, actor, details }) => (
                <tr key={id}>
                  <td className="moment">
                    <Moment at={at} />
                  </td>
                  <th scope="row" className="nowrap">
                    {action}
                  </th>
                  <td>{actor}</td>
                  <td>
                    <AuditDetails details={details} />
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </Card>
  );
}
