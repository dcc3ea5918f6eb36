import { KeyError } from '../errors.ts';
import type { PublicKey } from '../material.ts';

/** Which key of a set is meant, by what it is for. */
export interface KeyRule {
  /** Purpose as it stands in the kid, for example `fpan-encryption`. */
  readonly purpose: string;
  /** Environment as it stands in the kid, for example `sandbox` or `prod`. Needed only when the set mixes them. */
  readonly environment?: string;
}

/** A kid taken apart: `<14-digit UTC timestamp>-<environment>-<purpose>[-suffix]`, the shape seen in Mastercard's sets. */
interface ParsedKid {
  readonly key: PublicKey;
  readonly kid: string;
  readonly timestamp: string;
  readonly environment: string;
}

/**
 * Chooses the newest key for a purpose: the one whose kid carries the latest timestamp. A set that mixes environments
 * needs one named, for a card number must not be sealed to the wrong side. Throws {@link KeyError}.
 */
export function newestOf(keys: readonly PublicKey[], rule: KeyRule, where: string): PublicKey {
  const candidates = keys.flatMap((key) => parsed(key, rule));
  const environments = new Set(candidates.map(({ environment }) => environment));
  if (environments.size > 1) throw ambiguous(environments, where);
  const [newest] = candidates.toSorted((a, b) => compare(b, a));
  if (newest === undefined) throw none(keys, rule, where);
  return newest.key;
}

function parsed(key: PublicKey, { purpose, environment }: KeyRule): readonly ParsedKid[] {
  const match = /^(?<timestamp>\d{14})-(?<environment>[^-]+)-(?<rest>.+)$/.exec(key.kid ?? '')?.groups;
  if (match === undefined || key.kid === undefined) return [];
  const rest = match['rest'] ?? '';
  if (rest !== purpose && !rest.startsWith(`${purpose}-`)) return [];
  if (environment !== undefined && match['environment'] !== environment) return [];
  return [
    { key, kid: key.kid, timestamp: match['timestamp'] ?? '', environment: match['environment'] ?? '' },
  ];
}

/** By time, then by the whole kid, so that every process chooses the same one. */
function compare(a: ParsedKid, b: ParsedKid): number {
  const [left, right] = [a.timestamp + a.kid, b.timestamp + b.kid];
  return left < right ? -1 : Number(left > right);
}

function ambiguous(environments: ReadonlySet<string>, where: string): KeyError {
  return new KeyError('environment-ambiguous', {
    where,
    found: `keys of several environments: ${[...environments].join(', ')}`,
    expected: 'one environment',
    hint: 'Name the environment, or pin the kid.',
  });
}

function none(keys: readonly PublicKey[], { purpose, environment }: KeyRule, where: string): KeyError {
  return new KeyError('purpose-unknown', {
    where,
    found: `${keys.length} key(s): ${keys.map(({ kid }) => kid ?? 'one without a kid').join(', ') || 'none'}`,
    expected: `a kid of the form <timestamp>-${environment ?? '<environment>'}-${purpose}-...`,
    hint: 'Pin the kid of the key that is meant, or correct the purpose.',
  });
}
