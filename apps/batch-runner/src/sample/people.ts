import type { CountryRow } from './country-row.ts';
import { europe } from './people-europe.ts';
import { elsewhere, northAmerica } from './people-overseas.ts';

/** What synthetic people of one country are made of. In patterns a `#` stands for any digit. */
export interface SampleCountry {
  readonly country: string;
  readonly language: string;
  readonly firstNames: readonly string[];
  readonly lastNames: readonly string[];
  readonly streets: readonly string[];
  /** House number and street in the order of the country; `{}` is the street. */
  readonly line1: string;
  readonly places: readonly {
    readonly city: string;
    readonly state?: string;
    readonly postalCode?: string;
  }[];
  readonly mobile: string;
}

const table: readonly CountryRow[] = [...northAmerica, ...europe, ...elsewhere];

/** Thirty countries, ten scripts, the accents of many languages. */
export const countries: readonly SampleCountry[] = table.map(
  ([country, language, firstNames, lastNames, streets, line1, mobile, ...places]) => ({
    country,
    language,
    firstNames: firstNames.split(','),
    lastNames: lastNames.split(','),
    streets: streets.split(','),
    line1,
    mobile,
    places: places.map((place) => {
      const [city = '', postalCode, state] = place.split('/');
      return { city, ...(postalCode !== undefined && { postalCode }), ...(state !== undefined && { state }) };
    }),
  }),
);
