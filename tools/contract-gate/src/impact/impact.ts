import { typesOfDocument } from '../codegen/types.ts';
import type { Config } from '../config/config.ts';
import { breaks, type ContractFinding } from '../diff/finding.ts';
import type { Pact } from '../pact/pact.ts';
import type { Bundle } from '../spec/bundle.ts';
import { asObject, isArray, type Json, type JsonObject, valueAt } from '../spec/json.ts';
import type { Place } from '../spec/place.ts';
import { type CodeUses, codeUses } from '../uses/code.ts';
import { packageOf } from '../uses/consumers.ts';
import { ContractKeys } from '../uses/keys.ts';
import { type PactUse, PactUses } from '../uses/touched.ts';

/** A finding, and whom it hits. */
export interface Impact {
  readonly finding: ContractFinding;
  /** True when it breaks messages, or code that uses what is gone. */
  readonly serious: boolean;
  /** Interactions of pacts that touch it. */
  readonly pacts: readonly PactUse[];
  /** Lines of code that use it, by the package they are in. */
  readonly code: ReadonlyMap<string, readonly Place[]>;
}

/** What a change means for those who rely on the contract. */
export interface Impacts {
  readonly impacts: readonly Impact[];
  /** False when the workspace has no types generated from the contract: nothing is known of its code then. */
  readonly codeWasRead: boolean;
}

/** What is asked: findings between two versions, in a workspace. */
export interface ImpactRequest {
  readonly findings: readonly ContractFinding[];
  /** The version that consumers were written against. */
  readonly base: Bundle;
  readonly revision: Bundle;
  /** The contract's name in the workspace. */
  readonly name: string | undefined;
  readonly pacts: readonly Pact[];
  readonly config: Config;
  readonly cwd: string;
}

/**
 * Joins findings with those who rely on what they are about. What is only written differently hits nobody.
 */
export async function impactOf({
  findings,
  base,
  revision,
  name,
  pacts,
  config,
  cwd,
}: ImpactRequest): Promise<Impacts> {
  const { document } = base;
  const relevant = findings.filter(
    ({ clearedBecause, kind }) => clearedBecause === undefined && kind !== 'same-meaning',
  );
  const own = pacts.filter(
    ({ provider }) =>
      provider === name ||
      provider === asObject(document.info).title ||
      config.providers[provider] === `${config.specs}/${name}/openapi.yaml`,
  );
  if (relevant.length === 0) return { impacts: [], codeWasRead: true };
  const inPacts = new PactUses(document, own);
  const types = await typesOfDocument(base);
  const inCode =
    config.source.include.length === 0
      ? undefined
      : await codeUses({
          cwd,
          name,
          source: config.source,
          document,
          types: types.text,
        });
  const keys = new ContractKeys(document, types.names);
  const impacts = await Promise.all(
    relevant.map(async (finding) => ({
      finding,
      serious: isSerious(finding),
      pacts: (isDemand(finding)
        ? inPacts.without(demandOf(finding))
        : inPacts.at(finding.basePointer)
      ).filter((use) => concerns(finding, use)),
      code: await byPackage(
        placesOf(finding, { keys, uses: inCode, base: document, revision: revision.document }),
        cwd,
      ),
    })),
  );
  return { impacts, codeWasRead: inCode?.found ?? false };
}

/** A schema may be shared: only the operations and the message that the finding is about count. */
function concerns({ operations, direction }: ContractFinding, use: PactUse): boolean {
  const inMessage = (direction !== 'request' && direction !== 'response') || use.directions.has(direction);
  return inMessage && (operations.length === 0 || operations.includes(use.operation));
}

/** Code that names what is gone does not compile any more, whatever the wire says. */
function isSerious(finding: ContractFinding): boolean {
  return breaks(finding) || finding.severity === 'breaking' || finding.kind.endsWith('-removed');
}

/** Something that a sender must give now: it hits those who leave it out. */
function isDemand({ kind, direction }: ContractFinding): boolean {
  return (
    direction === 'request' &&
    (kind === 'required' || kind === 'parameter-required' || kind === 'body-required')
  );
}

/**
 * The part that is demanded: the property where the base describes it, or where it would stand in its schema.
 */
function demandOf({ kind, basePointer, where }: ContractFinding): string {
  if (kind !== 'required' || /\/properties\/[^/]+$/.test(basePointer)) return basePointer;
  return `${basePointer.replace(/\/required$/, '')}/properties/${where.split('/').at(-1) ?? ''}`;
}

/** `a is no longer always there` is about the property, wherever the list of required ones stands. */
function subjectOf(finding: ContractFinding): string {
  return finding.kind === 'required' ? demandOf(finding) : finding.basePointer;
}

/** What is known of code and contract when the places of a finding are looked up. */
interface Known {
  readonly keys: ContractKeys;
  readonly base: JsonObject;
  readonly uses: CodeUses | undefined;
  readonly revision: JsonObject;
}

function placesOf(finding: ContractFinding, known: Known): Place[] {
  const { keys, uses, revision } = known;
  if (uses === undefined) return [];
  const values = valuesLost(finding, known);
  const subject = subjectOf(finding);
  const found = keys.of(subject);
  const isGone =
    finding.kind.endsWith('-removed') ||
    (finding.kind === 'required' && valueAt(revision, subject) === undefined);
  const places = isDemand(finding)
    ? [...found, ...found.flatMap(aroundParameters)].flatMap((key) => uses.without(key))
    : found.flatMap((key) => (isGone ? uses.whenGone(key) : uses.at(key, values)));
  return [...new Map(places.map((place) => [`${place.file}:${place.line}`, place])).values()];
}

/** The values that an `enum` of what is sent no longer has: whoever writes another one is not hit. */
function valuesLost(
  { kind, direction, basePointer, revisionPointer }: ContractFinding,
  { base, revision }: Known,
): ReadonlySet<unknown> | undefined {
  if (kind !== 'enum' || direction !== 'request') return undefined;
  const [before, after] = [listAt(base, basePointer), listAt(revision, revisionPointer)];
  if (before === undefined || after === undefined) return undefined;
  return new Set(before.filter((value) => !after.includes(value)));
}

function listAt(document: JsonObject, pointer: string): readonly Json[] | undefined {
  const list = valueAt(document, pointer.endsWith('/enum') ? pointer : `${pointer}/enum`);
  return isArray(list) ? list : undefined;
}

/** Whoever leaves out all query parameters, or gives an operation nothing at all, leaves out this one. */
function aroundParameters(key: string): string[] {
  const [, operation, place] = /^(\/operations\/[^/]+)(\/parameters\/[^/]+)\/[^/]+$/.exec(key) ?? [];
  return operation === undefined ? [] : [operation, `${operation}${place}`];
}

async function byPackage(places: readonly Place[], cwd: string): Promise<Map<string, Place[]>> {
  const found = new Map<string, Place[]>();
  for (const place of places) {
    const name = await packageOf(place.file, cwd);
    found.set(name, [...(found.get(name) ?? []), place]);
  }
  return found;
}

/** True when somebody relies on what the finding is about. */
export function hits({ pacts, code }: Impact): boolean {
  return pacts.length > 0 || code.size > 0;
}
