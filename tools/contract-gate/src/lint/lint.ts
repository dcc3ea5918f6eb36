import { posix, relative, resolve, sep } from 'node:path';

import type { Finding } from '../report/index.ts';
import { loadSpec, type Spec } from '../spec/load.ts';
import { encryptedRule } from './encrypted.ts';
import { exampleFindings } from './examples.ts';
import { openEnumRule } from './open-enums.ts';
import { changedOperationIds, operationIdRule } from './operation-ids.ts';
import { provenanceRule } from './provenance.ts';
import { redoclyFindings } from './redocly.ts';
import type { Rule } from './rule.ts';
import { sensitiveRule } from './sensitive.ts';
import { writtenExampleRule } from './written-examples.ts';

/** Our own rules, each about one spec, by the first part of what they find. */
const rules: readonly (readonly [id: string, rule: Rule])[] = [
  ['provenance', provenanceRule],
  ['encrypted', encryptedRule],
  ['sensitive', sensitiveRule],
  ['enum', openEnumRule],
  ['operation-id', operationIdRule],
  ['example', writtenExampleRule],
];

/** What to lint, and against what. */
export interface LintRequest {
  /** OpenAPI files, relative to `cwd`. */
  readonly files: readonly string[];
  readonly cwd: string;
  /** A git revision in which operations already had names; they must not change. */
  readonly base?: string;
  /** Rules that are off altogether; what they would say is not even looked for. */
  readonly off?: ReadonlySet<string>;
}

/** Everything there is to say about some specs. Throws `SpecError` for one that cannot be read at all. */
export async function lint({ files, cwd, base, off = new Set() }: LintRequest): Promise<Finding[]> {
  const specs = await Promise.all(files.map((file) => loadSpec(file, cwd)));
  const own = Promise.all(
    specs.map(async (spec) => [
      ...rules.flatMap(([id, rule]) => (off.has(id) ? [] : [...rule(spec)])),
      ...(await Array.fromAsync(exampleFindings(spec, cwd))),
      ...(base === undefined ? [] : changedOperationIds(await before(spec, base, cwd), spec)),
    ]),
  );
  return (await Promise.all([redoclyFindings(files, cwd), own])).flat(2);
}

function before(spec: Spec, base: string, cwd: string): Promise<Spec> {
  const path = relative(cwd, resolve(cwd, spec.file)).split(sep).join(posix.sep);
  return loadSpec(`${base}:./${path}`, cwd);
}
