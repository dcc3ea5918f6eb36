import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';

import type { Finding } from '../report/index.ts';
import { SpecError } from '../spec/errors.ts';
import { asObject, asString, isArray, isObject, type Json } from '../spec/json.ts';
import type { Place } from '../spec/place.ts';
import { parseSource, type Source } from '../spec/source.ts';

/** A finding that somebody looked at and accepted for a time. */
export interface Exception {
  /** The id that `diff` or `lint` prints under the finding. */
  readonly id: string;
  readonly reason: string;
  readonly who: string;
  /** The last day on which it holds, as `2026-12-31`. */
  readonly until: string;
  readonly place: Place;
}

/** Where exceptions are looked for when no file is named. */
export const exceptionsFile = 'contract-exceptions.yaml';

/**
 * Reads the reviewed exceptions; none when no file is named and the usual one is not there. Throws
 * `SpecError`.
 */
export async function loadExceptions(named: string | undefined, cwd: string): Promise<readonly Exception[]> {
  const file = named ?? exceptionsFile;
  try {
    return exceptionsIn(parseSource(await readFile(resolve(cwd, file), 'utf8'), file));
  } catch (cause) {
    if (cause instanceof SpecError) throw cause;
    if (named === undefined && asString(Object(cause).code) === 'ENOENT') return [];
    throw new SpecError('exceptions-unusable', `cannot read the exceptions ${file}`, {
      cause,
      hint: `Without --exceptions, ${exceptionsFile} is used if it is there.`,
    });
  }
}

function exceptionsIn(source: Source): Exception[] {
  const list = asObject(source.value).exceptions;
  if (!isArray(list)) throw unusable(source, '', 'there is no list `exceptions`');
  return list.map((entry, index) => exceptionAt(source, entry, `/exceptions/${index}`));
}

function exceptionAt(source: Source, entry: Json, pointer: string): Exception {
  if (!isObject(entry)) throw unusable(source, pointer, 'an exception is a map');
  const said = (key: string): string => {
    const value = asString(entry[key])?.trim();
    if (value === undefined || value === '') throw unusable(source, pointer, `\`${key}\` is missing`);
    return value;
  };
  const until = said('until');
  if (!/^\d{4}-\d{2}-\d{2}$/.test(until) || Number.isNaN(Date.parse(until)))
    throw unusable(source, `${pointer}/until`, `\`until\` is a day like 2026-12-31, not ${until}`);
  return { id: said('id'), reason: said('reason'), who: said('who'), until, place: source.locate(pointer) };
}

function unusable(source: Source, pointer: string, message: string): SpecError {
  return new SpecError('exceptions-unusable', message, {
    place: source.locate(pointer),
    hint: 'Each exception has `id`, `reason`, `who` and `until`.',
  });
}

/** True once its last day is over. */
export function expired({ until }: Exception, today: Date): boolean {
  return until < today.toISOString().slice(0, 10);
}

/** What is said of an exception whose last day is over. */
export function staleFinding({ id, until, who, place }: Exception): Finding {
  return {
    id: 'exception/expired',
    severity: 'error',
    message: `the exception for ${id} expired on ${until}`,
    place,
    hint: `Ask ${who}: fix the contract, or review the exception again.`,
  };
}
