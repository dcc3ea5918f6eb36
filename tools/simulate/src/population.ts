import type { SeededRandom } from '@enrollkit/base';
import { testPan } from '@enrollkit/testkit';

/** One row of a file, by Enrollkit's field names; `invalid` marks a row that is to be rejected. */
export type Row = Readonly<Record<string, string>>;

/** How the cardholders are made up. */
export interface PopulationShape {
  readonly consumers: number;
  /** Cards a consumer has at most. */
  readonly maxCards: number;
  /** Whether consumers number their cards alike, so that a card id alone says nothing. */
  readonly sharedCardIds: boolean;
}

/** The name of a card in this simulation. */
export const cardName = (card: {
  readonly externalConsumerId: string;
  readonly externalCardId: string;
}): string => `${card.externalConsumerId}/${card.externalCardId}`;

/** The same of a row. */
export const nameOf = (row: Row): string => `${row['externalConsumerId']}/${row['externalCardId']}`;

/** Groups of fields in which a row can differ from what was enrolled, as the register names them. */
export type Group = 'card' | 'expiry' | 'name' | 'contact' | 'address';

/** One value of each group, as it can be read from a row and from what the provider opened. */
export type GroupValues = Readonly<Record<Group, string>>;

/** The values of a row. */
export function groupsOf(row: Row): GroupValues {
  const [month = '', year = ''] = (row['expiry'] ?? '').split('/');
  return {
    card: row['pan'] ?? '',
    expiry: `${month}20${year}`,
    name: row['lastName'] ?? '',
    contact: (row['mobile'] ?? '').replace('+', ''),
    address: row['addressLine1'] ?? '',
  };
}

/** The groups in which two differ, sorted. */
export function differingGroups(one: GroupValues, other: GroupValues): readonly Group[] {
  return (Object.keys(one) as Group[]).filter((group) => one[group] !== other[group]).toSorted();
}

/** Cardholders over time: a file is a view of them at one moment. */
export class Population {
  readonly #shape: PopulationShape;
  readonly #random: SeededRandom;
  #consumers = 0;
  /** Rows of valid cards, those of one consumer one after the other. */
  #rows: readonly Row[] = [];

  constructor(shape: PopulationShape, random: SeededRandom) {
    this.#shape = shape;
    this.#random = random;
    this.add(shape.consumers);
  }

  get rows(): readonly Row[] {
    return this.#rows;
  }

  /** New consumers with cards. */
  add(consumers: number): void {
    const added = Array.from({ length: consumers }, () => this.#consumer(this.#consumers++));
    this.#rows = [...this.#rows, ...added.flat()];
  }

  /** Changes the data of about this share of the consumers or cards, each in one group. */
  change(share: number): void {
    const random = this.#random;
    const moved = new Map<string, Row>();
    this.#rows = this.#rows.map((row) => {
      const consumer = row['externalConsumerId'] ?? '';
      if (!moved.has(consumer))
        moved.set(consumer, random.chance(share) ? random.pick([this.#name(), this.#contact()]) : {});
      const card = random.chance(share) ? random.pick([this.#address(), this.#number(), this.#expiry()]) : {};
      return { ...row, ...moved.get(consumer), ...card };
    });
  }

  #consumer(index: number): Row[] {
    const random = this.#random;
    const { maxCards, sharedCardIds } = this.#shape;
    const firstName = random.chance(0.1) ? 'Ada "A", Zoë' : 'Ada';
    return Array.from({ length: random.integer(1, maxCards) }, (_, card) => ({
      externalConsumerId: `consumer-${index}`,
      externalCardId: sharedCardIds ? `card-${card}` : `card-${index}-${card}`,
      pan: testPan(random),
      expiry: '12/39',
      firstName,
      lastName: 'Lovelace',
      email: `ada.${index}@example.com`,
      mobile: '+14155550123',
      country: 'US',
      language: 'en',
      addressLine1: '1 Main Street',
      city: 'Springfield',
      postalCode: '12345',
    }));
  }

  #name = (): Row => ({ lastName: `Lovelace-${this.#letters()}` });
  #contact = (): Row => ({ mobile: `+1415555${this.#random.integer(1000, 9999)}` });
  #address = (): Row => ({ addressLine1: `${this.#random.integer(2, 9999)} Main Street` });
  #number = (): Row => ({ pan: testPan(this.#random) });
  #expiry = (): Row => ({ expiry: `${this.#random.pick(['01', '05', '11'])}/38` });

  #letters(): string {
    return Array.from({ length: 4 }, () => this.#random.pick([...'abcdefghij'])).join('');
  }
}
