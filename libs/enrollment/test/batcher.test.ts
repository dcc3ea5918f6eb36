import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Batcher, recordItems, rejectionOf, type PlacedRecord, type Rejection } from '@enrollkit/enrollment';
import { toRecord } from '@enrollkit/enrollment/validation';
import { context, goodRow } from './sample-row.ts';

/**
 * `A1`: consumer A, card 1; a small letter behind it changes the consumer's city-independent data (`A1x`:
 * another e-mail).
 */
function placed(name: string, index: number): PlacedRecord {
  const [, consumer = '', card = '', other = ''] = /^([A-Z]+)(\d+)([a-z]*)$/.exec(name) ?? [];
  const { record } = toRecord(
    {
      ...goodRow,
      externalConsumerId: consumer,
      externalCardId: `${consumer}${card}`,
      email: `${consumer}${other}@example.com`,
    },
    context,
  );
  if (!record) throw new Error(`${name} is no record`);
  return { record, place: { row: index + 1, line: index + 2, offset: 100 * index, length: 99 } };
}

interface Outcome {
  readonly batches: string[];
  readonly rejected: string[];
  readonly rejections: Rejection[];
}

function run(records: readonly PlacedRecord[], batchSize: number): Outcome {
  const batcher = new Batcher({ batchSize, items: recordItems });
  const batches: (readonly PlacedRecord[])[] = [];
  const rejections: Rejection[] = [];
  for (const record of records) {
    const { error, complete } = batcher.add(record);
    if (complete) batches.push(complete);
    if (error) rejections.push(rejectionOf(record, error));
  }
  const last = batcher.flush();
  if (last.length > 0) batches.push(last);
  return {
    batches: batches.map((batch) => batch.map(({ record }) => record.externalCardId).join(' ')),
    rejected: rejections.map(({ place, errors: [error] }) => `${place.line} ${error.code}`),
    rejections,
  };
}

const named = (text: string): PlacedRecord[] => text.split(' ').map(placed);

describe('a batch', () => {
  it('is complete when the next record does not fit', () => {
    expect(run(named('A1 B1 C1 D1 E1'), 2).batches).toEqual(['A1 B1', 'C1 D1', 'E1']);
  });

  it('leaves a consumer that does not fit whole to the next one', () => {
    expect(run(named('A1 B1 B2 B3 C1'), 3).batches).toEqual(['A1', 'B1 B2 B3', 'C1']);
  });

  it('holds the cards of a consumer who comes back side by side', () => {
    expect(run(named('A1 B1 A2 C1 A3'), 9).batches).toEqual(['A1 A2 A3 B1 C1']);
  });

  it('takes what a consumer who came back has left to the next batch when it is full', () => {
    expect(run(named('A1 B1 A2 A3'), 3).batches).toEqual(['A1 A2 B1', 'A3']);
  });
});

describe('a record is rejected', () => {
  it('when its consumer has more cards than a batch holds', () => {
    const { batches, rejected } = run(named('A1 A2 A3 A4 B1'), 2);
    expect(batches).toEqual(['A1 A2', 'B1']);
    expect(rejected).toEqual(['4 CONSUMER_TOO_LARGE', '5 CONSUMER_TOO_LARGE']);
  });

  it('when it contradicts the first row of its consumer, with the field and not the value', () => {
    const { batches, rejections } = run(named('A1 A2x B1 A3'), 9);
    expect(batches).toEqual(['A1 A3 B1']);
    expect(rejections).toEqual([
      expect.objectContaining({
        externalConsumerId: 'A',
        externalCardId: 'A2',
        errors: [
          expect.objectContaining({
            field: 'email',
            code: 'CONSUMER_CONFLICT',
            message: 'The row says another email than line 2 for the same consumer',
          }),
        ],
      }),
    ]);
    expect(JSON.stringify(rejections)).not.toContain('@');
  });

  it('when its card stands there already, with both lines', () => {
    const { batches, rejections } = run(named('A1 B1 A1'), 9);
    expect(batches).toEqual(['A1 B1']);
    expect(rejections[0]?.errors[0]).toMatchObject({
      code: 'DUPLICATE_RECORD',
      message: 'This consumer and card already stand on line 2; this is line 4',
    });
  });
});

it('refuses a batch size that is none', () => {
  for (const batchSize of [0, -1, 1.5, Number.NaN])
    expect(() => new Batcher({ batchSize, items: recordItems })).toThrow(RangeError);
});

describe('for any order of rows and any batch size', () => {
  const rows = fc
    .array(
      fc.tuple(
        fc.constantFrom('A', 'B', 'C', 'D'),
        fc.integer({ min: 1, max: 5 }),
        fc.constantFrom('', '', '', 'x'),
      ),
      { maxLength: 40 },
    )
    .map((list) => list.map(([consumer, card, other]) => `${consumer}${card}${other}`).map(placed));
  const size = fc.integer({ min: 1, max: 6 });

  it('every row is in one batch or rejected', () => {
    fc.assert(
      fc.property(rows, size, (records, batchSize) => {
        const { batches, rejected } = run(records, batchSize);
        const batched = batches.flatMap((batch) => batch.split(' '));
        expect(batched.length + rejected.length).toBe(records.length);
      }),
    );
  });

  it('a batch is not too large, not empty, has no card twice and every consumer once', () => {
    fc.assert(
      fc.property(rows, size, (records, batchSize) => {
        for (const batch of run(records, batchSize).batches) {
          const cards = batch.split(' ');
          expect(cards.length).toBeLessThanOrEqual(batchSize);
          expect(new Set(cards).size).toBe(cards.length);
          const turns = cards.filter((card, index) => card[0] !== cards[index - 1]?.[0]);
          expect(new Set(turns.map(([consumer]) => consumer)).size).toBe(turns.length);
        }
      }),
    );
  });

  it('rows that stand together stay together', () => {
    const groups = fc.uniqueArray(fc.tuple(fc.integer({ min: 0, max: 25 }), fc.integer({ min: 1, max: 6 })), {
      selector: ([consumer]) => consumer,
      maxLength: 20,
    });
    fc.assert(
      fc.property(groups, fc.integer({ min: 6, max: 9 }), (list, batchSize) => {
        const records = list
          .flatMap(([consumer, cards]) =>
            Array.from({ length: cards }, (_, card) => `${String.fromCharCode(65 + consumer)}${card}`),
          )
          .map(placed);
        const { batches, rejected } = run(records, batchSize);
        expect(rejected).toEqual([]);
        for (const [consumer] of list)
          expect(batches.filter((batch) => batch.includes(String.fromCharCode(65 + consumer))).length).toBe(
            1,
          );
      }),
    );
  });

  it('a fresh batcher that starts at the open row goes on with the same batches', () => {
    fc.assert(
      fc.property(rows, size, (records, batchSize) => {
        const whole = run(records, batchSize);
        const batcher = new Batcher({ batchSize, items: recordItems });
        let done = 0;
        for (const record of records) {
          if (!batcher.add(record).complete) continue;
          done++;
          const from = batcher.openFrom?.row ?? 0;
          const rest = run(records.slice(from - 1), batchSize);
          expect(rest.batches).toEqual(whole.batches.slice(done));
          expect(rest.rejected).toEqual(whole.rejected.slice(whole.rejected.length - rest.rejected.length));
        }
      }),
    );
  });
});
