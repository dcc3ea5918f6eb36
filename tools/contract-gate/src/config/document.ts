import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';

import { Ajv2020 } from 'ajv/dist/2020.js';

import { SpecError, type SpecErrorCode } from '../spec/errors.ts';
import { asString, type JsonObject } from '../spec/json.ts';
import { parseSource, type Source } from '../spec/source.ts';

/** What a document of this tool's own must look like. */
export interface DocumentKind {
  /** What it is called in messages, as `the configuration`. */
  readonly name: string;
  readonly code: SpecErrorCode;
  /** JSON Schema 2020-12. */
  readonly schema: JsonObject;
  readonly hint: string;
}

const ajv = new Ajv2020({ allErrors: false, strict: false });

/**
 * Parses YAML or JSON and holds it against its schema. Throws `SpecError` with the place of the first thing
 * that is wrong.
 */
export function parseDocument(text: string, file: string, kind: DocumentKind): Source {
  const source = parseSource(text, file);
  const check = ajv.compile(kind.schema);
  if (check(source.value)) return source;
  const [error] = check.errors ?? [];
  const unknown = asString(error?.params.additionalProperty);
  const pointer = `${error?.instancePath ?? ''}${unknown === undefined ? '' : `/${unknown}`}`;
  const what =
    unknown === undefined
      ? `${pointer === '' ? 'it' : pointer} ${error?.message ?? 'is wrong'}`
      : `${unknown} is no key here`;
  throw new SpecError(kind.code, `${kind.name} cannot be used: ${what}`, {
    place: source.locate(pointer),
    hint: kind.hint,
  });
}

/** Reads such a document; `undefined` when there is no file. Throws `SpecError`. */
export async function readDocument(
  file: string,
  cwd: string,
  kind: DocumentKind,
): Promise<Source | undefined> {
  let text: string;
  try {
    text = await readFile(resolve(cwd, file), 'utf8');
  } catch (cause) {
    if (asString(Object(cause).code) === 'ENOENT') return undefined;
    throw new SpecError(kind.code, `cannot read ${kind.name} ${file}`, { cause, hint: kind.hint });
  }
  return parseDocument(text, file, kind);
}
