import { luhnDigit, SeededRandom } from '@enrollkit/base';
import type { SampleFields, SampleSettings } from './fields.ts';
import { countries, type SampleCountry } from './people.ts';
import { invalidRowKinds, type InvalidRowKind } from './invalid-rows.ts';

/** One row: its fields, and for a bad one what is wrong with it. */
export interface SampleRow {
  readonly fields: SampleFields;
  readonly invalid?: InvalidRowKind;
}

/** The ranges of the published examples, which name no real card. */
const ranges = ['520473', '518600'] as const;
/** Accounts of a range; those from 99... on are left to the simulator, which refuses some of them. */
const ACCOUNTS = 990_000_000;
/** From one account to the next; it shares no factor with their number, so that none comes twice. */
const STRIDE = 618_033_989;
const EXPIRY_YEARS = 5;

/** Makes synthetic cardholders one after the other; memory does not grow. */
export function* sampleRows(settings: SampleSettings): Generator<SampleRow> {
  const maker = new Maker(settings);
  const faulty = settings.faulty ?? 0;
  let bad = 0;
  for (let good = 0; good < settings.records; ) {
    const due = Math.floor(((good + 1) / (settings.records + 1)) * faulty);
    while (bad < due) yield maker.bad(bad++);
    for (const fields of maker.consumer(settings.records - good)) {
      good++;
      yield { fields };
    }
  }
  while (bad < faulty) yield maker.bad(bad++);
}

class Maker {
  readonly #random: SeededRandom;
  readonly #invalidKinds: readonly InvalidRowKind[];
  readonly #multiCard: number;
  readonly #firstYear: number;
  #consumers = 0;
  #account: number;

  constructor(settings: SampleSettings) {
    this.#random = new SeededRandom(settings.seed);
    this.#invalidKinds = invalidRowKinds(settings.format);
    this.#multiCard = settings.multiCard ?? 0.15;
    this.#firstYear = settings.firstExpiryYear ?? new Date().getUTCFullYear() + 1;
    this.#account = this.#random.below(ACCOUNTS);
  }

  /** The rows of one consumer, at most `most`. */
  consumer(most: number): SampleFields[] {
    const person = this.#person(this.#random.pick(countries));
    const cards = this.#random.next() < this.#multiCard ? 2 + this.#random.below(3) : 1;
    const rows: SampleFields[] = [];
    for (let card = 1; card <= Math.min(cards, most); card++) rows.push(this.#withCard(person, card));
    return rows;
  }

  /** A bad row of its own consumer; the kinds take turns. */
  bad(index: number): SampleRow {
    const [fields] = this.consumer(1);
    const invalid = this.#invalidKinds[index % this.#invalidKinds.length];
    if (!fields || !invalid) throw new RangeError('There is no kind of invalid row');
    return { fields: { ...fields, ...invalid.change?.(fields) }, invalid };
  }

  #person(home: SampleCountry): SampleFields {
    const random = this.#random;
    const number = ++this.#consumers;
    const place = random.pick(home.places);
    return {
      externalConsumerId: `consumer-${String(number).padStart(7, '0')}`,
      externalCardId: '',
      pan: '',
      expiry: '',
      firstName: random.pick(home.firstNames),
      lastName: random.pick(home.lastNames),
      email: `cardholder${number}@example.com`,
      mobile: random.fill(home.mobile),
      country: home.country,
      language: home.language,
      addressLine1: random.fill(home.line1).replace('{}', random.pick(home.streets)),
      city: place.city,
      state: place.state ?? '',
      postalCode: random.fill(place.postalCode ?? ''),
    };
  }

  #withCard(person: SampleFields, card: number): SampleFields {
    const month = String(1 + this.#random.below(12)).padStart(2, '0');
    const year = String((this.#firstYear + this.#random.below(EXPIRY_YEARS)) % 100).padStart(2, '0');
    return {
      ...person,
      externalCardId: `card-${person.externalConsumerId.slice('consumer-'.length)}-${card}`,
      pan: this.#pan(),
      expiry: `${month}/${year}`,
    };
  }

  #pan(): string {
    this.#account = (this.#account + STRIDE) % ACCOUNTS;
    const digits = `${ranges[this.#account % ranges.length]}${String(this.#account).padStart(9, '0')}`;
    return digits + luhnDigit(digits);
  }
}
