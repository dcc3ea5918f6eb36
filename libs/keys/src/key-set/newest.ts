import { quotedName } from '../quoted-name.ts';
import { KeyError } from '../errors.ts';
import type { PublicKey } from '../material.ts';
import { rsaWeakness } from '../rsa.ts';

/** Which key of a set is meant, by what it is for. */
export interface KeyRule {
  /** Purpose as it stands in the kid, for example `fpan-encryption`. */
  readonly purpose: string;
  /**
   * Environment as it stands in the kid, for example `sandbox` or `prod`. Needed only when the set mixes
   * them.
   */
  readonly environment?: string;
}

/** Where the keys come from, and what time it is. */
export interface KeySetContext {
  readonly where: string;
  /** Milliseconds since 1970. */
  readonly now: number;
}

/**
 * A kid taken apart: `<14-digit UTC timestamp>-<environment>-<purpose>[-suffix]`, the shape seen in
 * Mastercard's sets.
 */
interface ParsedKid {
  readonly key: PublicKey;
  readonly kid: string;
  readonly timestamp: string;
  readonly environment: string;
}

/**
 * Chooses the newest key for a purpose: the one whose kid carries the latest timestamp. Only keys that can
 * encrypt take part, and of those dated in the future only when there is no other. A set that mixes
 * environments needs one named, for a card number must not be sealed to the wrong side. Throws
 * {@link KeyError}.
 */
export function newestOf(keys: readonly PublicKey[], rule: KeyRule, context: KeySetContext): PublicKey {
  const candidates = keys
    .filter((key) => unusableBecause(key) === undefined)
    .flatMap((key) => parsed(key, rule));
  const environments = new Set(candidates.map(({ environment }) => environment));
  if (environments.size > 1) throw ambiguous(environments, context.where);
  const today = stampOf(context.now);
  const begun = candidates.filter(({ timestamp }) => timestamp <= today);
  const [newest] = (begun.length > 0 ? begun : candidates).toSorted((a, b) => compare(b, a));
  if (newest === undefined) throw none(keys, rule, context.where);
  return newest.key;
}

/**
 * Why a key cannot be sealed to, in words; undefined when it can: by kind and size, and by what its JWK says
 * it is for.
 */
export function unusableBecause({ key, use, keyOps, alg }: PublicKey): string | undefined {
  const weakness = rsaWeakness(key);
  if (weakness !== undefined) return weakness;
  if (use !== undefined && use !== 'enc') return `a key for use ${quotedName(use)}`;
  if (keyOps !== undefined && !keyOps.some((one) => one === 'encrypt' || one === 'wrapKey'))
    return `a key for the operations ${quotedName(keyOps.join(' '))}`;
  if (alg !== undefined && alg !== 'RSA-OAEP-256') return `a key for the algorithm ${quotedName(alg)}`;
  return undefined;
}

function parsed(key: PublicKey, { purpose, environment }: KeyRule): readonly ParsedKid[] {
  const match = /^(?<timestamp>\d{14})-(?<environment>[^-]+)-(?<rest>.+)$/.exec(key.kid ?? '')?.groups;
  if (match === undefined || key.kid === undefined) return [];
  const { timestamp = '', environment: found = '', rest = '' } = match;
  if (!isCalendarTime(timestamp)) return [];
  if (rest !== purpose && !rest.startsWith(`${purpose}-`)) return [];
  if (environment !== undefined && found !== environment) return [];
  return [{ key, kid: key.kid, timestamp, environment: found }];
}

/** Whether fourteen digits are a time that exists: `20261332...` is none. */
function isCalendarTime(timestamp: string): boolean {
  const iso = timestamp.replace(/^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)$/, '$1-$2-$3T$4:$5:$6Z');
  const time = Date.parse(iso);
  return !Number.isNaN(time) && stampOf(time) === timestamp;
}

function stampOf(time: number): string {
  return new Date(time).toISOString().replaceAll(/\D/g, '').slice(0, 14);
}

/** By time, then by the whole kid, so that every process chooses the same one. */
function compare(a: ParsedKid, b: ParsedKid): number {
  const [left, right] = [a.timestamp + a.kid, b.timestamp + b.kid];
  return left < right ? -1 : Number(left > right);
}

/** What to look at when the set seems to be that of another environment; undefined when it does not. */
export function hintForOther(
  keys: readonly PublicKey[],
  environment: string | undefined,
): string | undefined {
  const others = new Set(keys.flatMap(({ kid }) => environmentOf(kid) ?? []));
  if (environment === undefined || others.size === 0 || others.has(environment)) return undefined;
  const found = [...others].map(quotedName).join(', ');
  return `The keys of the set are of the environment ${found}, and ${quotedName(environment)} is asked for: check the address of the set.`;
}

/** The environment in a kid of the usual shape. */
export function environmentOf(kid: string | undefined): string | undefined {
  return /^\d{14}-([^-]+)-/.exec(kid ?? '')?.[1];
}

function ambiguous(environments: ReadonlySet<string>, where: string): KeyError {
  return new KeyError('environment-ambiguous', {
    where,
    found: `keys of several environments: ${[...environments].map(quotedName).join(', ')}`,
    expected: 'one environment',
    hint: 'Name the environment, or the kid of the key that is meant.',
  });
}

function none(keys: readonly PublicKey[], { purpose, environment }: KeyRule, where: string): KeyError {
  const found = keys.map((key) => {
    const reason = unusableBecause(key);
    return (
      (key.kid === undefined ? 'one without a kid' : quotedName(key.kid)) +
      (reason === undefined ? '' : ` (${reason})`)
    );
  });
  return new KeyError('purpose-unknown', {
    where,
    found: `${keys.length} key${keys.length === 1 ? '' : 's'}: ${found.slice(0, 20).join(', ') || 'none'}`,
    expected: `a key to encrypt with, whose kid reads <timestamp>-${environment ?? '<environment>'}-${purpose}-...`,
    hint: hintForOther(keys, environment) ?? 'Name the kid of the key that is meant, or correct the purpose.',
  });
}
