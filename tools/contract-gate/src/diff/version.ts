import { canonical } from '@enrollkit/schema-containment';

import { asObject, asString, type JsonObject } from '../spec/json.ts';
import { breaks, type ContractFinding } from './finding.ts';

/** How far the next version must move, for those who install a library made from the contract. */
export type Level = 'major' | 'minor' | 'patch' | 'none';

/** A level, and what asks for it. */
export interface NextVersion {
  readonly level: Level;
  /** What asks for this level, one line each. */
  readonly because: readonly string[];
  /** `info.version` of the base moved by the level; `undefined` when that is no semantic version. */
  readonly next?: string;
}

/** Adds something that old consumers need not know. */
const additions = /-added$|^accepts-more$|^sends-less$|^deprecated$|-optional$|^default$|^discriminator$/;

/** The next version after a change. `typeNames` are exported names that vanished from the generated types. */
export function nextVersion(
  documents: { readonly base: JsonObject; readonly revision: JsonObject },
  findings: readonly ContractFinding[],
  typeNames: readonly string[] = [],
): NextVersion {
  const bad = findings.filter(
    (finding) => breaks(finding) || (finding.direction === 'sdk' && finding.severity === 'breaking'),
  );
  const vanished = typeNames.map((name) => `the exported type ${name} is gone`);
  const good = findings.filter(
    ({ kind, severity }) => additions.test(kind) && (severity === 'info' || severity === 'safe'),
  );
  const changed = canonical(documents.base) !== canonical(documents.revision);
  const level: Level =
    bad.length > 0 || vanished.length > 0 ? 'major' : good.length > 0 ? 'minor' : changed ? 'patch' : 'none';
  const lines = (some: readonly ContractFinding[]): string[] =>
    some.map(
      ({ where, message, operations: [first] }) =>
        `${first === undefined ? '' : `${first}: `}${where}: ${message}`,
    );
  const because = {
    major: [...lines(bad), ...vanished],
    minor: lines(good),
    patch: ['only words changed: what is accepted and sent is the same'],
    none: ['both are the same'],
  }[level];
  const next = moved(asString(asObject(documents.base.info).version) ?? '', level);
  return { level, because, ...(next === undefined ? {} : { next }) };
}

/**
 * True when the revision's version is far enough from the base's. Of versions that are not semantic (dates),
 * another one is.
 */
export function hasMoved(base: JsonObject, version: string, { level, next }: NextVersion): boolean {
  if (level === 'none') return true;
  const [is, least] = [version, next ?? ''].map((text) =>
    /^(\d+)\.(\d+)\.(\d+)/.exec(text)?.slice(1).map(Number),
  );
  if (is === undefined || least === undefined) return version !== asString(asObject(base.info).version);
  const index = is.findIndex((part, place) => part !== least[place]);
  return index < 0 || (is[index] ?? 0) > (least[index] ?? 0);
}

function moved(version: string, level: Level): string | undefined {
  const parts = /^(\d+)\.(\d+)\.(\d+)/.exec(version)?.slice(1).map(Number);
  if (parts === undefined) return undefined;
  const [major = 0, minor = 0, patch = 0] = parts;
  return {
    major: `${major + 1}.0.0`,
    minor: `${major}.${minor + 1}.0`,
    patch: `${major}.${minor}.${patch + 1}`,
    none: version,
  }[level];
}
