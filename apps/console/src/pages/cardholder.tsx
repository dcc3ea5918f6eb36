import { maskCardNumbers, maskLongNumbers } from '@enrollkit/base';
import type { CardholderHistory, CardholderQuery, HistoryEntry } from '@enrollkit/contract/runner';
import { useMutation } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { Form } from 'react-aria-components/Form';
import { counted } from '../formats.ts';
import { useAnnounce } from '../live/announce.tsx';
import { Button, Card, Empty, Failure, Moment, Notice, PageHead, State } from '../parts/basic.tsx';
import { DataTable, type Column } from '../parts/data-table.tsx';
import { Icon } from '../parts/icons.tsx';
import { FileLink } from '../parts/intake-table.tsx';
import { lacking, TextField, useAttempts } from '../parts/text-field.tsx';
import { historyWords } from '../parts/words.ts';
import { api, endSessionOn } from '../queries.ts';

/**
 * What one cardholder's history says, by the id of the consumer. What was looked up stands in no
 * address.
 */
export function CardholderPage(): ReactNode {
  const [consumer, setConsumer] = useState('');
  const [card, setCard] = useState('');
  const announce = useAnnounce();
  const { mutate, data, error, isPending, reset } = useMutation({
    mutationFn: (query: CardholderQuery) => api.lookUp(query),
    onSuccess: ({ entries }) => announce(`${counted(entries.length, 'entry', 'entries')} found`),
    onError: endSessionOn,
    gcTime: 0,
  });
  const lacks = lacking(consumer, 1);
  const isCardNumber = looksLikeCardNumber(consumer) || looksLikeCardNumber(card);
  const { tried, onSubmit } = useAttempts(lacks === undefined && !isCardNumber, () => {
    reset();
    mutate({
      externalConsumerId: consumer.trim(),
      ...(card.trim() !== '' && { externalCardId: card.trim() }),
    });
  });
  return (
    <>
      <PageHead
        title="Cardholder"
        lead="What is known of one cardholder over all intakes, by the id that your files have for the consumer."
      />
      <div className="stack">
        <Card id="look-up" title="Look up">
          <Form className="stack" onSubmit={onSubmit}>
            <div className="columns">
              <TextField
                label="Id of the consumer"
                value={consumer}
                onChange={setConsumer}
                problem={tried ? lacks : undefined}
                autoComplete="off"
                maxLength={200}
                isRequired
              />
              <TextField
                label="Id of the card (optional)"
                value={card}
                onChange={setCard}
                autoComplete="off"
                maxLength={200}
              />
            </div>
            {isCardNumber && <CardNumberRefused onClear={() => (setConsumer(''), setCard(''))} />}
            <div className="row">
              <Button type="submit" kind="primary" isDisabled={isCardNumber || isPending}>
                <Icon name="search" />
                {isPending ? 'Looking up …' : 'Look up'}
              </Button>
            </div>
          </Form>
        </Card>
        {error !== null && <Failure error={error} what="The history" />}
        {data !== undefined && <History history={data} />}
      </div>
    </>
  );
}

/**
 * An id that is all digits of a card number's length is refused, too: nobody can tell them apart by
 * looking.
 */
function looksLikeCardNumber(text: string): boolean {
  return maskCardNumbers(text) !== text || (/^[\d\s.-]+$/.test(text) && maskLongNumbers(text) !== text);
}

function CardNumberRefused({ onClear }: { readonly onClear: () => void }): ReactNode {
  return (
    <Notice
      tone="refused"
      alert
      title="That looks like a card number: it is not looked up, and was not sent"
      action={<Button onPress={onClear}>Clear</Button>}
    >
      <p>
        Cardholders are found by the id that your files have for the consumer. The ledger holds no card
        number.
      </p>
    </Notice>
  );
}

const columns: readonly Column<HistoryEntry>[] = [
  {
    name: 'When',
    width: '12rem',
    cell: ({ at }) => (at === undefined ? <span className="soft">–</span> : <Moment at={at} />),
  },
  { name: 'What', width: '18rem', cell: ({ what }) => <State word={historyWords[what]} /> },
  { name: 'Card', cell: ({ externalCardId }) => externalCardId ?? <span className="soft">All</span> },
  {
    name: 'Intake',
    cell: ({ intakeId, fileName }) =>
      intakeId === undefined ? (
        <span className="soft">–</span>
      ) : (
        <FileLink id={intakeId} fileName={fileName ?? ''} />
      ),
  },
  { name: 'Code', cell: ({ code }) => <span className="mono">{code}</span> },
  { name: 'Batch', cell: ({ externalBatchId }) => <span className="mono">{externalBatchId}</span> },
];

function History({ history }: { readonly history: CardholderHistory }): ReactNode {
  const { externalConsumerId, entries, complete } = history;
  if (entries.length === 0)
    return (
      <Card id="history" title={externalConsumerId}>
        <Empty title="Nothing is known of this cardholder">
          The id is spelt otherwise, or no file with it was read under this ledger.
        </Empty>
      </Card>
    );
  return (
    <Card id="history" title={externalConsumerId} flush>
      {!complete && (
        <div className="filters">There are more entries; enrollkit who on the host lists them all.</div>
      )}
      <DataTable
        label={`History of ${externalConsumerId}`}
        columns={columns}
        rows={entries.map((entry, index) => ({ ...entry, index }))}
        rowKey={({ index }) => index}
        narrowest={58}
      />
    </Card>
  );
}
