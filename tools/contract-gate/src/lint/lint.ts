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

/** Our own rules, each about one spec. */
const rules: readonly Rule[] = [
  provenanceRule,
  encryptedRule,
  sensitiveRule,
  openEnumRule,
  operationIdRule,
  writtenExampleRule,
];

/** What to lint, and against what. */
export interface LintRequest {
  /** OpenAPI files, relative to `cwd`. */
  readonly files: readonly string[];
  readonly cwd: string;
  /** A git revision in which operations already had names; they must not change. */
  readonly base?: string;
}

/** Everything there is to say about some specs. Throws `SpecError` for one that cannot be read at all. */
export async function lint({ files, cwd, base }: LintRequest): Promise<Finding[]> {
  const specs = await Promise.all(files.map((file) => loadSpec(file, cwd)));
  const own = Promise.all(
    specs.map(async (spec) => [
      ...rules.flatMap((rule) => [...rule(spec)]),
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
