import { SchemaComparer } from '../schema/compare-schemas.ts';
import { asObject, asString, type JsonObject } from '../spec/json.ts';
import { partsAt } from './contract.ts';
import type { Shared } from './context.ts';
import { type ContractFinding, FindingSink } from './finding.ts';
import { compareOperations } from './operations.ts';
import { compareNames } from './sdk.ts';

/**
 * Everything that differs between two versions of a contract, worst first.
 *
 * A request breaks when the revision refuses what the base allowed to be sent, an answer when the revision
 * may send what the base never could. Both documents must be whole: references that leave the document are
 * followed by the loader.
 */
export function diffContracts(base: JsonObject, revision: JsonObject): ContractFinding[] {
  const sink = new FindingSink(asString(asObject(base.info).title) ?? '');
  const shared: Shared = { base, revision, sink, comparer: new SchemaComparer(base, revision) };
  const roots = { base: { object: base, pointer: '' }, revision: { object: revision, pointer: '' } };
  compareOperations(
    shared,
    {
      base: partsAt(base, roots.base, 'paths'),
      revision: partsAt(revision, roots.revision, 'paths'),
      label: '',
      owners: roots,
    },
    'consumer',
  );
  compareOperations(
    shared,
    {
      base: partsAt(base, roots.base, 'webhooks'),
      revision: partsAt(revision, roots.revision, 'webhooks'),
      label: 'webhook ',
      owners: roots,
    },
    'provider',
  );
  compareNames(shared);
  return sink.all();
}
