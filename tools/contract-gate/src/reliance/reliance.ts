import { typesOfDocument } from '../codegen/types.ts';
import type { Config } from '../config/config.ts';
import type { Pact } from '../pact/pact.ts';
import { type Element, elementsOf } from '../spec/elements.ts';
import { extensions } from '../spec/extensions.ts';
import { asString } from '../spec/json.ts';
import type { Spec } from '../spec/load.ts';
import type { Place } from '../spec/place.ts';
import { codeUses } from '../uses/code.ts';
import { ContractKeys } from '../uses/keys.ts';
import { type PactUse, PactUses } from '../uses/touched.ts';

/** A part of a contract that is not documented, and who leans on it. */
export interface Reliance {
  readonly element: Element;
  readonly provenance: 'assumed' | 'sibling';
  readonly place: Place;
  readonly pacts: readonly PactUse[];
  readonly code: readonly Place[];
}

/** Where to look for those who lean on a contract. */
export interface RelianceRequest {
  readonly pacts: readonly Pact[];
  readonly config: Config;
  readonly cwd: string;
}

/**
 * Every part of a contract that somebody uses and the provider has not documented: what to ask before
 * production.
 */
export async function relianceOn(spec: Spec, request: RelianceRequest): Promise<Reliance[]> {
  const all = await undocumented(spec, request);
  return all.filter(({ pacts, code }) => pacts.length > 0 || code.length > 0);
}

/** Every part of a contract that the provider has not documented, whether or not somebody uses it. */
export async function undocumented(spec: Spec, { pacts, config, cwd }: RelianceRequest): Promise<Reliance[]> {
  const { document, name } = spec;
  const inPacts = new PactUses(document, pacts);
  const types = await typesOfDocument(spec);
  const inCode = await codeUses({
    cwd,
    name,
    source: config.source,
    document,
    types: types.text,
  });
  const keys = new ContractKeys(document, types.names);
  return [...elementsOf(document)].flatMap((element) => {
    const provenance = asString(element.object[extensions.provenance]);
    if (provenance !== 'assumed' && provenance !== 'sibling') return [];
    // That an operation is called does not say which of its answers is counted on.
    const places = element.kind === 'answer' ? [] : keys.of(element.pointer).flatMap((key) => inCode.at(key));
    const code = [...new Map(places.map((place) => [`${place.file}:${place.line}`, place])).values()];
    const place = spec.locate(element.pointer);
    return [{ element, provenance, place, pacts: inPacts.at(element.pointer), code }];
  });
}
