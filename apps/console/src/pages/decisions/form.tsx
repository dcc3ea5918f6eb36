import { maskCardNumbers } from '@enrollkit/base';
import type { BatchDetail, Resolution } from '@enrollkit/contract/runner';
import { useMutation } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { Form } from 'react-aria-components/Form';
import { Label } from 'react-aria-components/Label';
import { Radio, RadioGroup } from 'react-aria-components/RadioGroup';
import { counted } from '../../formats.ts';
import { useAnnounce } from '../../live/announce.tsx';
import { Button, Card, Failure, Notice } from '../../parts/basic.tsx';
import { lacking, TextField, useAttempts } from '../../parts/text-field.tsx';
import { api, batchQuery, endSessionOn, queryClient } from '../../queries.ts';

/** What can be decided of a batch in state unknown. */
type Decision = 'sent' | 'not-sent' | 'abandon';

const buttons: Readonly<Record<Decision, string>> = {
  sent: 'Record that it arrived',
  'not-sent': 'Record that it did not arrive',
  abandon: 'Abandon the batch',
};

const done: Readonly<Record<Decision, string>> = {
  sent: 'Recorded: it arrived. The runner asks the provider for its results.',
  'not-sent': 'Recorded: it did not arrive. The runner sends it again under the same id.',
  abandon: 'Abandoned. Its records are counted as abandoned.',
};

/** What the form holds. */
interface Entries {
  readonly providerBatchId: string;
  readonly providerAnswer: string;
  readonly reason: string;
  readonly ownerIsDead: string;
}

const noEntries: Entries = { providerBatchId: '', providerAnswer: '', reason: '', ownerIsDead: '' };

/** The decision about one batch, with its reason and what the provider answered. */
export function DecisionForm({ detail }: { readonly detail: BatchDetail }): ReactNode {
  const [decision, setDecision] = useState<Decision>();
  const [entries, setEntries] = useState(noEntries);
  const announce = useAnnounce();
  const place = { intakeId: detail.batch.intakeId, batchId: detail.batch.id };
  const { mutate, isPending, error } = useMutation({
    mutationFn: (chosen: Decision) =>
      chosen === 'abandon'
        ? api.abandon(place, { reason: entries.reason.trim() })
        : api.resolve(place, resolutionOf(chosen, entries)),
    onSuccess: (after, chosen) => {
      announce(done[chosen]);
      queryClient.setQueryData(batchQuery(place).queryKey, after);
      for (const key of ['unknown', 'audit', 'overview', 'batches', 'intake'])
        void queryClient.invalidateQueries({ queryKey: [key] });
    },
    onError: endSessionOn,
  });
  const problems = problemsOf(detail, decision, entries);
  const { tried, onSubmit } = useAttempts(Object.keys(problems).length === 0, () => {
    if (decision !== undefined) mutate(decision);
  });
  return (
    <Card id="decision" title="Decide" aside="It is kept in the audit trail under your name">
      <Form className="stack" onSubmit={onSubmit}>
        <Choices detail={detail} decision={decision} onChange={setDecision} />
        {decision !== undefined && (
          <Fields
            detail={detail}
            decision={decision}
            entries={entries}
            problems={tried ? problems : cardNumbersIn(entries)}
            onChange={setEntries}
          />
        )}
        {error !== null && <Failure error={error} what="The decision" />}
        {decision !== undefined && (
          <Button type="submit" kind={decision === 'abandon' ? 'danger' : 'primary'} isDisabled={isPending}>
            {isPending ? 'Recording …' : buttons[decision]}
          </Button>
        )}
      </Form>
    </Card>
  );
}

function Choices(props: {
  readonly detail: BatchDetail;
  readonly decision: Decision | undefined;
  readonly onChange: (decision: Decision) => void;
}): ReactNode {
  const { detail, decision, onChange } = props;
  const { blocked } = detail;
  const mayKnow = mayBeKnown(detail);
  return (
    <>
      <RadioGroup
        className="field"
        value={decision ?? null}
        onChange={(value) => {
          if (value === 'sent' || value === 'not-sent' || value === 'abandon') onChange(value);
        }}
      >
        <Label className="label">Has the provider the batch?</Label>
        <div className="choices">
          <Radio value="sent" className="choice">
            It arrived
            <small>The provider has it and named its own id. Its results are read next.</small>
          </Radio>
          <Radio value="not-sent" className="choice" isDisabled={!mayKnow}>
            It did not arrive
            <small>The provider does not know our id. It is sent again under the same id.</small>
          </Radio>
          <Radio value="abandon" className="choice">
            Neither: abandon it
            <small>
              {counted(detail.batch.records, 'record')} are counted as abandoned. This cannot be taken back.
            </small>
          </Radio>
        </div>
      </RadioGroup>
      {blocked !== undefined && (
        <Notice tone="rejected" title={blocked.message}>
          <p>{blocked.hint}</p>
        </Notice>
      )}
    </>
  );
}

/** Where the ledger cannot know whether the sender lives, a person may. */
function mayBeKnown({ blocked, sender }: BatchDetail): boolean {
  return blocked === undefined || sender?.alive === 'unknown';
}

function Fields(props: {
  readonly detail: BatchDetail;
  readonly decision: Decision;
  readonly entries: Entries;
  readonly problems: Problems;
  readonly onChange: (entries: Entries) => void;
}): ReactNode {
  const { detail, decision, entries, problems, onChange } = props;
  const field = (name: keyof Entries) => ({
    value: entries[name],
    onChange: (value: string) => onChange({ ...entries, [name]: value }),
    problem: problems[name],
  });
  return (
    <>
      {decision === 'sent' && (
        <TextField
          {...field('providerBatchId')}
          label="The provider's id of the batch"
          isRequired
          maxLength={200}
        />
      )}
      {decision !== 'abandon' && (
        <TextField
          {...field('providerAnswer')}
          label="What the provider answered"
          description="Word for word, without data of cardholders."
          lines={3}
          isRequired={decision === 'not-sent'}
          maxLength={2000}
        />
      )}
      <TextField
        {...field('reason')}
        label="Your reason"
        description="Who was asked, and where this can be read again: a ticket, for example."
        lines={2}
        isRequired
        maxLength={500}
      />
      {decision === 'not-sent' && detail.blocked !== undefined && (
        <TextField
          {...field('ownerIsDead')}
          label="Why the process that sent it cannot be running any more"
          lines={2}
          isRequired
          maxLength={500}
        />
      )}
    </>
  );
}

type Problems = Readonly<Partial<Record<keyof Entries, string>>>;

/** What of the entries cannot be sent as it is. */
function problemsOf(detail: BatchDetail, decision: Decision | undefined, entries: Entries): Problems {
  const needed: readonly (readonly [keyof Entries, boolean, number])[] = [
    ['providerBatchId', decision === 'sent', 1],
    ['providerAnswer', decision === 'not-sent', 3],
    ['reason', true, 3],
    ['ownerIsDead', decision === 'not-sent' && detail.blocked !== undefined, 3],
  ];
  const lacks = needed.flatMap(([name, isNeeded, least]) => {
    const problem = isNeeded ? lacking(entries[name], least) : undefined;
    return problem === undefined ? [] : [[name, problem] as const];
  });
  return { ...Object.fromEntries(lacks), ...cardNumbersIn(entries) };
}

function cardNumbersIn(entries: Entries): Problems {
  const found = Object.entries(entries).filter(([, value]) => maskCardNumbers(value) !== value);
  return Object.fromEntries(found.map(([name]) => [name, 'There is a card number in it: take it out.']));
}

function resolutionOf(decision: 'sent' | 'not-sent', entries: Entries): Resolution {
  const reason = entries.reason.trim();
  const providerAnswer = entries.providerAnswer.trim();
  const ownerIsDead = entries.ownerIsDead.trim();
  if (decision === 'not-sent')
    return { outcome: 'not-sent', reason, providerAnswer, ...(ownerIsDead !== '' && { ownerIsDead }) };
  return {
    outcome: 'sent',
    providerBatchId: entries.providerBatchId.trim(),
    reason,
    ...(providerAnswer !== '' && { providerAnswer }),
  };
}
