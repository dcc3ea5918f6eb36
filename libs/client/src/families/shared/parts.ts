import type { Validator } from '@enrollkit/contract';
import type { PartMaker, PartSlot } from '@enrollkit/enrollment';
import type { ConsumerRecords } from './to-wire.ts';

/*
 * The data of a batch as a list of consumers, put together from texts that each hold one consumer with one
 * card. Both API families have it so: `{"consumers":[{..., "<cards>":[{...}]}]}`, and their contracts judge
 * each consumer and each card by itself (a test holds them to it).
 */

/** What a family says of its data. */
export interface PartFamily {
  /** The member of a consumer that lists its cards; the last one. */
  readonly list: string;
  /** Judges the data of a whole batch. */
  readonly validate: Validator<unknown>;
}

/** How JSON.stringify begins to write half a surrogate pair, which has no one exact text. */
const ESCAPED_HALF = '\\ud';
const OPEN = Buffer.from('{"consumers":[');
const CLOSE = Buffer.from(']}');
/** Behind the last card of a consumer. */
const CONSUMER_END = 2;
const COMMA = 0x2c;

/** The {@link PartMaker} of a family. */
export function partMaker(
  toConsumer: (records: ConsumerRecords) => object,
  { list, validate }: PartFamily,
): PartMaker {
  // No text of the consumer holds it: inside one, its quotes would be escaped.
  const member = `,"${list}":[`;
  return (record) => {
    const { externalConsumerId, consumer: person } = record;
    const consumer = toConsumer({ externalConsumerId, consumer: person, records: [record] });
    if (!validate({ consumers: [consumer] }).valid) return undefined;
    const text = JSON.stringify(consumer);
    if (text.includes(ESCAPED_HALF)) return undefined;
    return { text, card: text.indexOf(member) + member.length };
  };
}

/** The data of a batch made of these parts, as JSON in UTF-8. */
export function joinedParts(parts: readonly PartSlot[]): Buffer<ArrayBuffer> {
  let length = OPEN.length + CLOSE.length + parts.length - 1;
  for (const { start, card, end, joins } of parts) length += joins ? end - card - CONSUMER_END : end - start;
  const data = Buffer.allocUnsafe(length);
  let at = OPEN.copy(data);
  for (const [index, { bytes, start, card, end, joins }] of parts.entries()) {
    // Another card goes before the ends of list and consumer, which its own then are.
    if (joins) at -= CONSUMER_END;
    if (index > 0) data[at++] = COMMA;
    data.set(bytes.subarray(joins ? card : start, end), at);
    at += end - (joins ? card : start);
  }
  CLOSE.copy(data, at);
  return data;
}
