import { existsSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { defaultFiles } from './default-files.ts';
import { environmentNameOf, secretPaths } from './environment-variables.ts';
import type { ConfigSources } from './load.ts';
import { assertOneEnvironment } from './provider-environment.ts';
import { readYaml } from './read-yaml.ts';
import type { Config } from './schema.ts';
import { refuseOpenFile } from './secrets.ts';

/** Which ledger, and whose: what is needed to see where things stand. */
export interface LedgerSettings {
  readonly config: {
    readonly ledger: Pick<Config['ledger'], 'file' | 'url' | 'password' | 'passwordFile'>;
    readonly provider: Pick<Config['provider'], 'baseUrl'>;
    /** Where it says when requests are sent. */
    readonly sending?: Config['sending'];
  };
  readonly folder: string;
}

/**
 * Reads only what finds the ledger; the rest of the configuration may be incomplete. A ledger in a file that
 * nothing but the config file names is found without the schema, which takes longer to load than the answer
 * takes to give; anything else is read as a whole. Throws `RunnerError` as `loadConfig` does.
 */
export async function readLedgerSettings(sources: ConfigSources): Promise<LedgerSettings> {
  return plainSettings(sources) ?? (await import('./load.ts')).loadConfig(sources);
}

/** Variables that have no say in which ledger it is. */
const otherVariables = new Set(['ENROLLKIT_CONFIG', ...secretPaths.map(environmentNameOf)]);

function plainSettings({ file, environment, flags }: ConfigSources): LedgerSettings | undefined {
  const overridden = Object.keys(environment).some(
    (name) => name.startsWith('ENROLLKIT_') && !otherVariables.has(name),
  );
  if (overridden || flags.length > 0 || !existsSync(file)) return undefined;
  const { content, places } = readYaml(file);
  const secret = secretPaths.find((path) => places.has(path));
  if (secret !== undefined) refuseOpenFile(file, secret);
  const settings = plainTree(content);
  if (settings === undefined) return undefined;
  assertOneEnvironment(settings);
  return { config: settings, folder: dirname(resolve(file)) };
}

type PlainTree = LedgerSettings['config'] & Parameters<typeof assertOneEnvironment>[0];

/**
 * The sections as the schema would give them; undefined where it might refuse something or has more to say.
 */
function plainTree(content: unknown): PlainTree | undefined {
  const root = section(content);
  const ledger = section(root?.['ledger'] ?? {});
  const baseUrl = section(root?.['provider'])?.['baseUrl'];
  const keySetUrl = section(root?.['encryption'] ?? {})?.['keySetUrl'];
  const file = ledger?.['file'] ?? defaultFiles.ledger;
  const environment = root?.['environment'];
  if (section(root?.['sending'])?.['window'] !== undefined) return undefined;
  if (ledger === undefined || Object.keys(ledger).some((key) => !plainKeys.has(key))) return undefined;
  if (typeof file !== 'string' || file === '' || !isUrl(baseUrl)) return undefined;
  if (keySetUrl !== undefined && !isUrl(keySetUrl)) return undefined;
  if (environment !== undefined && environment !== 'sandbox' && environment !== 'production')
    return undefined;
  return {
    environment,
    provider: { baseUrl },
    encryption: { keySetUrl },
    ledger: { file },
  };
}

/** Settings of a ledger in a file. */
const plainKeys: ReadonlySet<string> = new Set(['file', 'fingerprintKeyFile', 'stateFolder']);

function section(value: unknown): Readonly<Record<string, unknown>> | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Readonly<Record<string, unknown>>)
    : undefined;
}

function isUrl(value: unknown): value is string {
  return typeof value === 'string' && /^https?:\/\//.test(value) && URL.canParse(value);
}
