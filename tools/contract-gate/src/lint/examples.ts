import { readdir, readFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';

import { markedPlaces } from '../codegen/places.ts';
import { checkerOf, type Checker, type Subject } from '../codegen/checker.ts';
import type { Direction } from '../codegen/direction.ts';
import type { Finding } from '../report/index.ts';
import { SpecError } from '../spec/errors.ts';
import { asObject, asString, isObject, type Json } from '../spec/json.ts';
import type { Spec } from '../spec/load.ts';
import { operationsOf } from '../spec/operations.ts';
import { parseSource, type Source } from '../spec/source.ts';
import { findingIn } from './rule.ts';

/**
 * The examples beside a spec. `examples/valid/*.json` hold a value each, `examples/invalid/*.json` an object
 * `{ why, expect: { pointer, keyword }, value }`. The name of a file begins with what it is an example of:
 * `enrollBatch.request`, `enrollBatch.202`, or the name of a schema, for what is inside a JWE.
 */
export async function* exampleFindings(spec: Spec, cwd: string): AsyncGenerator<Finding> {
  const subjects = subjectsOf(spec);
  let checker: Checker | undefined;
  const found = new Set<string>();
  for (const kind of ['valid', 'invalid'] as const) {
    for (const file of await filesIn(spec, kind, cwd)) {
      const subject = [...subjects.keys()].find(
        (name) => file.name === `${name}.json` || file.name.startsWith(`${name}.`),
      );
      const source = await read(file.path, cwd);
      if (source instanceof SpecError) {
        yield {
          id: 'example/not-json',
          severity: 'error',
          message: source.message,
          ...(source.place === undefined ? {} : { place: source.place }),
        };
      } else if (subject === undefined) {
        yield findingIn(source, {
          id: 'example/of-nothing',
          pointer: '',
          message: `${file.name} does not begin with the name of a body or of a schema`,
          hint: 'Call it <operationId>.request[.<word>].json, <operationId>.<status>[.<word>].json or <Schema>[.<word>].json.',
        });
      } else {
        if (kind === 'valid') found.add(subject);
        const check = (checker ??= checkerOf(spec));
        yield* judge[kind](source, subject, (value) =>
          check(subjects.get(subject) ?? { schema: true, pointer: '', direction: 'request' }, value),
        );
      }
    }
  }
  yield* missing(spec, found);
}

type Judge = (
  source: Source,
  subject: string,
  check: (value: Json) => ReturnType<Checker>,
) => Iterable<Finding>;

const judge: Readonly<Record<'valid' | 'invalid', Judge>> = {
  *valid(source, subject, check) {
    const verdict = check(source.value);
    if (verdict.valid) return;
    for (const { pointer, keyword, message } of verdict.problems) {
      yield findingIn(source, {
        id: 'example/invalid',
        pointer,
        message: `not a valid ${subject}: ${pointer === '' ? 'the value' : pointer} ${message} (${keyword})`,
      });
    }
  },
  *invalid(source, subject, check) {
    const { value, expect } = asObject(source.value);
    const pointer = asString(asObject(expect).pointer);
    const keyword = asString(asObject(expect).keyword);
    if (value === undefined || pointer === undefined || keyword === undefined) {
      yield findingIn(source, {
        id: 'example/unexpected',
        pointer: '',
        message: 'an invalid example is an object with `why`, `expect: { pointer, keyword }` and `value`',
      });
      return;
    }
    const verdict = check(value);
    if (
      !verdict.valid &&
      verdict.problems.some((problem) => problem.pointer === pointer && problem.keyword === keyword)
    )
      return;
    const instead = verdict.valid
      ? 'it is valid'
      : verdict.problems.map((problem) => `${problem.pointer} ${problem.keyword}`).join(', ');
    yield findingIn(source, {
      id: 'example/not-invalid',
      pointer: '/expect',
      message: `expected a ${subject} that breaks ${keyword} at ${pointer === '' ? 'its root' : pointer}, but ${instead}`,
    });
  },
};

function subjectsOf(spec: Spec): Map<string, Subject> {
  const subjects = new Map<string, Subject>();
  const plaintexts = new Map<string, Direction>();
  for (const { id, request, responses } of operationsOf(spec.document)) {
    const bodies = [
      ['request', request, 'request'] as const,
      ...[...responses].map(([status, body]) => [status, body, 'answer'] as const),
    ];
    for (const [part, body, direction] of bodies) {
      if (body?.json === undefined) continue;
      const { schema, pointer } = body.json.schema;
      subjects.set(`${id}.${part}`, { schema, pointer, direction });
      for (const { ref } of markedPlaces(spec.document, schema).encrypted) plaintexts.set(ref, direction);
    }
  }
  for (const name of Object.keys(asObject(asObject(spec.document.components).schemas))) {
    const ref = `#/components/schemas/${name}`;
    subjects.set(name, {
      schema: { $ref: ref },
      pointer: '/components',
      direction: plaintexts.get(ref) ?? 'request',
    });
  }
  return subjects;
}

/** Every request, every answer that is a success, and every plaintext should have a valid example. */
function* missing(spec: Spec, found: ReadonlySet<string>): Generator<Finding> {
  for (const { id, request, responses, pointer } of operationsOf(spec.document)) {
    const bodies = [
      ['request', request] as const,
      ...[...responses].filter(([status]) => status.startsWith('2')),
    ];
    for (const [part, body] of bodies) {
      if (body?.json === undefined) continue;
      const plaintexts = markedPlaces(spec.document, body.json.schema.schema).encrypted.map(
        ({ ref }) => ref.split('/').at(-1) ?? ref,
      );
      for (const name of [`${id}.${part}`, ...plaintexts]) {
        if (!found.has(name))
          yield findingIn(spec, {
            id: 'example/missing',
            severity: 'warning',
            pointer,
            message: `there is no valid example of ${name}`,
            hint: `Add examples/valid/${name}.json beside the spec.`,
          });
      }
    }
  }
}

async function filesIn(spec: Spec, kind: string, cwd: string): Promise<{ name: string; path: string }[]> {
  const folder = join(dirname(spec.file), 'examples', kind);
  const names = await readdir(resolve(cwd, folder)).catch(() => []);
  return names
    .filter((name) => name.endsWith('.json'))
    .sort()
    .map((name) => ({ name, path: join(folder, name) }));
}

async function read(path: string, cwd: string): Promise<Source | SpecError> {
  try {
    const source = parseSource(await readFile(resolve(cwd, path), 'utf8'), path);
    return isObject(source.value) || Array.isArray(source.value)
      ? source
      : new SpecError('spec-not-yaml', 'an example is an object or a list', { place: source.locate('') });
  } catch (error) {
    if (error instanceof SpecError) return error;
    throw error;
  }
}
