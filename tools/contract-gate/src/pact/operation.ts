import { asArray, asObject, asString, type JsonObject } from '../spec/json.ts';
import { type BodyPlace, type OperationPlace, operationsOf } from '../spec/operations.ts';
import type { Interaction } from './pact.ts';

/** Finds the operation that an interaction is about. */
export type OperationFinder = (
  interaction: Pick<Interaction, 'method' | 'path'>,
) => OperationPlace | undefined;

/** A path may be written with the path of a server before it, or without. A path without parameters wins. */
export function operationFinder(document: JsonObject): OperationFinder {
  const bases = [
    '',
    ...asArray(document.servers).map((server) => pathOf(asString(asObject(server).url) ?? '')),
  ];
  const known = operationsOf(document).map((place) => ({
    place,
    pattern: patternOf(place.path),
    literal: place.path.split('/').filter((part) => !part.includes('{')).length,
  }));
  known.sort((left, right) => right.literal - left.literal);
  return ({ method, path }) => {
    const paths = bases.filter((base) => path.startsWith(base)).map((base) => path.slice(base.length));
    return known.find(
      ({ place, pattern }) => place.method === method && paths.some((one) => pattern.test(one)),
    )?.place;
  };
}

function pathOf(url: string): string {
  const path = /^[a-z]+:\/\/[^/]*(\/.*)?$/i.exec(url)?.[1] ?? (url.startsWith('/') ? url : '');
  return path.replace(/\/+$/, '');
}

function patternOf(template: string): RegExp {
  const parts = template.split(/\{[^}]*\}/).map((part) => RegExp.escape(part));
  return new RegExp(`^${parts.join('[^/]+')}/?$`);
}

/** What an operation says of a status: itself, its range, or `default`. */
export function responseOf({ responses }: OperationPlace, status: number): BodyPlace | undefined {
  return responses.get(String(status)) ?? responses.get(`${String(status)[0]}XX`) ?? responses.get('default');
}
