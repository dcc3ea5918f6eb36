import { existsSync } from 'node:fs';
import { dirname, isAbsolute, join, resolve } from 'node:path';
import { defined } from '@enrollkit/base';
import type { z } from 'zod';
import { RunnerError } from '../errors.ts';
import { refuseOpenFile } from './secrets.ts';
import { assertOneEnvironment } from './provider-environment.ts';
import { readEnvironmentLayer, readFlagLayer, type Layered } from './layers.ts';
import { readYaml } from './read-yaml.ts';
import { configSchema, inputConfigSchema, type Config } from './schema.ts';
import { secretPaths, type Environment } from './environment-variables.ts';
import { noSuchSetting } from './setting-paths.ts';

/** Where the settings come from, weakest first: file, environment, flags. */
export interface ConfigSources {
  readonly file: string;
  readonly environment: Environment;
  /** `--set path=value`, in order. */
  readonly flags: readonly string[];
}

/** A configuration and the folder its relative paths start from. */
export interface LoadedConfig {
  readonly config: Config;
  readonly folder: string;
  readonly file: string;
  /**
   * Where state is kept when `ledger.stateFolder` does not say: the user's folder for state (XDG); undefined
   * without a home.
   */
  readonly defaultStateFolder?: string;
}

/** The sections that reading a file needs. */
export type InputConfig = Pick<Config, 'environment' | 'input' | 'sending' | 'duplicates' | 'limits'>;

/**
 * Reads, layers and checks the configuration. Throws `RunnerError` (`config-missing`, `config-invalid`) that
 * names every wrong key or value with its place: file and line, environment variable, or flag.
 */
export function loadConfig(sources: ConfigSources): LoadedConfig {
  const layered = layersOf(sources);
  const checked = configSchema.safeParse(layered.tree);
  if (!checked.success) throw invalid(checked.error.issues, layered.places, sources.file);
  assertOneEnvironment(checked.data);
  return defined<LoadedConfig>({
    config: withSeparatePassword(checked.data),
    folder: dirname(resolve(sources.file)),
    file: sources.file,
    defaultStateFolder: defaultStateFolder(sources.environment),
  });
}

/**
 * `$XDG_STATE_HOME/enrollkit`, by default `~/.local/state/enrollkit` (XDG Base Directory Specification 0.8).
 */
function defaultStateFolder({ XDG_STATE_HOME, HOME, LOCALAPPDATA }: Environment): string | undefined {
  // A relative path is to be ignored, says the specification.
  if (XDG_STATE_HOME !== undefined && isAbsolute(XDG_STATE_HOME)) return join(XDG_STATE_HOME, 'enrollkit');
  if (HOME !== undefined && isAbsolute(HOME)) return join(HOME, '.local', 'state', 'enrollkit');
  return LOCALAPPDATA === undefined ? undefined : join(LOCALAPPDATA, 'enrollkit');
}

/**
 * Only what reading a file needs: the rest of the configuration may be incomplete, and the config file need
 * not exist. Throws `RunnerError` `config-invalid`.
 */
export function loadInputConfig(sources: ConfigSources): InputConfig {
  const layered = layersOf(sources, { fileOptional: true });
  const { environment, input, sending, duplicates, limits } = layered.tree;
  const checked = inputConfigSchema.safeParse({ environment, input, sending, duplicates, limits });
  if (!checked.success) throw invalid(checked.error.issues, layered.places, sources.file);
  return checked.data;
}

function layersOf(sources: ConfigSources, { fileOptional = false } = {}): Layered {
  const layered: Layered = { tree: {}, places: new Map() };
  if (!fileOptional || existsSync(sources.file)) readFileLayer(sources.file, layered);
  readEnvironmentLayer(sources.environment, layered);
  readFlagLayer(sources.flags, layered);
  return layered;
}

function readFileLayer(file: string, into: Layered): void {
  if (!existsSync(file)) {
    throw new RunnerError('config-missing', `There is no config file at ${file}`, {
      hint: 'write one with: enrollkit init (or name yours with --config FILE)',
    });
  }
  const { content, places } = readYaml(file);
  if (typeof content === 'object' && content !== null && !Array.isArray(content))
    Object.assign(into.tree, content);
  for (const [path, place] of places) into.places.set(path, place);
  spellOutLedger(into);
  const secret =
    secretPaths.find((path) => into.places.has(path)) ??
    (holdsPassword(into.tree) ? 'ledger.url' : undefined);
  if (secret !== undefined) refuseOpenFile(file, secret);
}

function holdsPassword({ ledger }: Layered['tree']): boolean {
  const url: unknown =
    typeof ledger === 'object' && ledger !== null && 'url' in ledger ? ledger.url : undefined;
  return typeof url === 'string' && URL.canParse(url) && new URL(url).password !== '';
}

/** `ledger: postgres://...` and `ledger: some/file` are short for `ledger.url` and `ledger.file`. */
function spellOutLedger({ tree, places }: Layered): void {
  const { ledger } = tree;
  if (typeof ledger !== 'string') return;
  const key = /^[a-z]+:\/\//.test(ledger) ? 'url' : 'file';
  tree['ledger'] = { [key]: ledger };
  places.set(`ledger.${key}`, places.get('ledger') ?? '');
}

/**
 * Moves the database's password into `ledger.password`, however it was given: no other setting holds it
 * afterwards.
 */
function withSeparatePassword(config: Config): Config {
  const { url, password } = config.ledger;
  if (url === undefined) return config;
  const address = new URL(url);
  const inside = decoded(address.password) || undefined;
  address.password = '';
  const apart = password ?? inside;
  return {
    ...config,
    ledger: { ...config.ledger, url: address.href, ...(apart !== undefined && { password: apart }) },
  };
}

function decoded(password: string): string {
  try {
    return decodeURIComponent(password);
  } catch {
    throw new RunnerError(
      'config-invalid',
      'ledger.url: the password holds a % that is not followed by two hexadecimal digits',
      { hint: 'write % as %25, or set the password separately: ENROLLKIT_LEDGER_PASSWORD' },
    );
  }
}

function invalid(
  issues: readonly z.core.$ZodIssue[],
  places: ReadonlyMap<string, string>,
  file: string,
): RunnerError {
  const lines = issues.flatMap((issue) => {
    const path = issue.path.join('.');
    if (issue.code !== 'unrecognized_keys')
      return [`${placeOf(path, places) ?? file}: ${path}: ${issue.message}`];
    return issue.keys.map((key) => {
      const whole = path === '' ? key : `${path}.${key}`;
      return `${placeOf(whole, places) ?? file}: ${whole}: ${noSuchSetting(whole)}`;
    });
  });
  return new RunnerError('config-invalid', lines.join('\n'), {
    hint: 'enrollkit init --print shows every setting with its default',
  });
}

function placeOf(path: string, places: ReadonlyMap<string, string>): string | undefined {
  for (let at = path; at !== ''; at = at.includes('.') ? at.slice(0, at.lastIndexOf('.')) : '') {
    const place = places.get(at);
    if (place !== undefined) return place;
  }
  return undefined;
}
