import { parse } from 'yaml';
import { RunnerError } from '../errors.ts';
import { environmentNameOf, secretPaths, type Environment } from './environment-variables.ts';
import { noSuchSetting, renamedSettings, settingParts, settingPaths } from './setting-paths.ts';

/** Settings as a plain tree, and the place where each was set. */
export interface Layered {
  readonly tree: Record<string, unknown>;
  /** Dotted path -> where it was set. */
  readonly places: Map<string, string>;
}

/** Variables of the program's own beside the settings. */
const otherVariables: ReadonlySet<string> = new Set(['ENROLLKIT_CONFIG']);
/** What the tests of the program are told by. */
const TESTS = /^ENROLLKIT_(?:TEST|FUZZ)/;

/**
 * Puts the settings of environment variables over the tree. Throws `RunnerError` `config-invalid` for one
 * that names none.
 */
export function readEnvironmentLayer(environment: Environment, into: Layered): void {
  const unread = new Set(Object.keys(environment).filter((name) => name.startsWith('ENROLLKIT_')));
  for (const path of settingPaths()) {
    const name = environmentNameOf(path);
    const value = environment[name];
    unread.delete(name);
    if (value !== undefined)
      put(into, path, { value: plain(path, value), place: `environment variable ${name}` });
  }
  for (const name of unread) {
    if (otherVariables.has(name) || TESTS.test(name) || environment[name] === undefined) continue;
    const [renamed, now] = [...renamedSettings].find(([path]) => environmentNameOf(path) === name) ?? [];
    throw new RunnerError(
      'config-invalid',
      `environment variable ${name}: ${renamed === undefined ? 'there is no such setting' : noSuchSetting(renamed)}`,
      {
        hint:
          now === undefined
            ? 'a setting a.bC is ENROLLKIT_A_B_C; enrollkit init --print shows them all'
            : `set ${environmentNameOf(now)} instead`,
      },
    );
  }
}

/**
 * Puts `--set path=value` over the tree. Throws `RunnerError` `config-invalid` for what names no setting, and
 * for secrets.
 */
export function readFlagLayer(flags: readonly string[], into: Layered): void {
  for (const flag of flags) {
    const cut = flag.indexOf('=');
    const path = cut === -1 ? flag : flag.slice(0, cut);
    if (cut === -1 || settingParts(path) === undefined) {
      throw new RunnerError(
        'config-invalid',
        `--set ${path}: ${cut === -1 ? 'expected path=value' : noSuchSetting(path)}`,
        { hint: `settings are: ${settingPaths().join(', ')}` },
      );
    }
    refuseSecret(path, flag.slice(cut + 1));
    put(into, path, { value: plain(path, flag.slice(cut + 1)), place: `flag --set ${path}` });
  }
}

function refuseSecret(path: string, value: string): void {
  if ((secretPaths as readonly string[]).includes(path)) {
    throw new RunnerError(
      'config-invalid',
      `--set ${path}: a secret cannot be given as a flag, where every process of the machine can read it`,
      { hint: `use a file, or the environment variable ${environmentNameOf(path)}` },
    );
  }
  if (path === 'ledger.url' && /^[a-z]+:\/\/[^/@]*:[^/@]*@/.test(value)) {
    throw new RunnerError(
      'config-invalid',
      '--set ledger.url: a password cannot be given in a flag, where every process of the machine can read it',
      {
        hint: `use a file (ledger.passwordFile), or the environment variable ${environmentNameOf('ledger.password')}`,
      },
    );
  }
}

function put(into: Layered, path: string, said: { value: unknown; place: string }): void {
  const parts = [...(settingParts(path) ?? [path])];
  const last = parts.pop() ?? path;
  let node: Record<string, unknown> = into.tree;
  for (const part of parts) {
    const inner = node[part];
    node =
      typeof inner === 'object' && inner !== null
        ? (inner as Record<string, unknown>)
        : ((node[part] = {} as Record<string, unknown>) as Record<string, unknown>);
  }
  node[last] = said.value;
  into.places.set(path, said.place);
}

/** Ids, which may be all digits. */
const idPaths: ReadonlySet<string> = new Set([
  'provider.srcClientId',
  'provider.serviceId',
  'provider.directoryId',
]);

/**
 * Text from a flag or the environment becomes a number, a boolean, a list or a mapping (YAML) where it reads
 * as one, except for secrets and ids.
 */
function plain(path: string, text: string): unknown {
  if ((secretPaths as readonly string[]).includes(path) || idPaths.has(path)) return text;
  if (text === 'true' || text === 'false') return text === 'true';
  if (/^\s*[[{]/.test(text)) return mappingOf(text);
  return text !== '' && Number.isFinite(Number(text)) ? Number(text) : text;
}

function mappingOf(text: string): unknown {
  try {
    return parse(text, { maxAliasCount: 0 });
  } catch {
    return text;
  }
}
