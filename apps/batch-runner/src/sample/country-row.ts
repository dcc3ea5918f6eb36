/**
 * What synthetic people of one country are made of, as a row of the tables: names are separated by commas, a
 * place is city/postal code/state.
 */
export type CountryRow = readonly [
  country: string,
  language: string,
  firstNames: string,
  lastNames: string,
  streets: string,
  line1: string,
  mobile: string,
  ...places: string[],
];
