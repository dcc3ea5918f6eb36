import { existsSync, readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { LineCounter, parseDocument, isMap, isScalar, YAMLParseError, type Document } from 'yaml';
import { z } from 'zod';
import { RunnerError } from '../errors.ts';
import { refuseOpenFile } from './secrets.ts';
import { configSchema, secretPaths, type Config } from './schema.ts';

/** Variables by name. */
export type Environment = Readonly<Record<string, string | undefined>>;

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
}

interface Layered {
  /** Plain tree of the settings. */
  readonly tree: Record<string, unknown>;
  /** Dotted path -> where it was said. */
  readonly places: Map<string, string>;
}

/**
 * Reads, layers and checks the configuration. Throws `RunnerError` (`config-missing`, `config-invalid`) that names every
 * wrong key or value with its place: file and line, environment variable, or flag.
 */
export function loadConfig(sources: ConfigSources): LoadedConfig {
  const layered: Layered = { tree: {}, places: new Map() };
  readFileLayer(sources.file, layered);
  readEnvironmentLayer(sources.environment, layered);
  readFlagLayer(sources.flags, layered);
  const checked = configSchema.safeParse(layered.tree);
  if (!checked.success) throw invalid(checked.error.issues, layered.places, sources.file);
  return {
    config: withPasswordApart(checked.data),
    folder: dirname(resolve(sources.file)),
    file: sources.file,
  };
}

function readFileLayer(file: string, into: Layered): void {
  if (!existsSync(file)) {
    throw new RunnerError('config-missing', `There is no config file at ${file}`, {
      hint: 'write one with: enrollkit init (or name yours with --config FILE)',
    });
  }
  const lines = new LineCounter();
  const { document, content } = parsed(file, lines);
  if (typeof content === 'object' && content !== null && !Array.isArray(content))
    Object.assign(into.tree, content);
  notePlaces(document, (offset) => `${file}:${lines.linePos(offset).line}`, into.places);
  spellOutLedger(into);
  const secret =
    secretPaths.find((path) => into.places.has(path)) ??
    (holdsPassword(into.tree) ? 'ledger.url' : undefined);
  if (secret !== undefined) refuseOpenFile(file, secret);
}

interface Parsed {
  readonly document: Document;
  readonly content: unknown;
}

function parsed(file: string, lines: LineCounter): Parsed {
  try {
    const document = parseDocument(readFileSync(file, 'utf8'), { lineCounter: lines, uniqueKeys: true });
    const [problem] = document.errors;
    if (problem) throw problem;
    // Resolves aliases, which may be unknown, or without end.
    return { document, content: document.toJS() };
  } catch (error) {
    throw unreadable(error, file, lines);
  }
}

/** What the file system or the YAML parser threw (a deep nesting is a `RangeError`), as a refusal. */
function unreadable(error: unknown, file: string, lines: LineCounter): RunnerError {
  const message = error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error);
  if (error instanceof YAMLParseError) {
    const { line, col } = lines.linePos(error.pos[0]);
    return new RunnerError('config-invalid', `${file}:${line}:${col}: ${message}`, {
      hint: 'the config file is YAML; enrollkit init writes a commented one',
    });
  }
  if (error instanceof Error && 'syscall' in error)
    return new RunnerError('config-invalid', `${file} cannot be read: ${message}`, {
      hint: 'name a file that the current user may read: --config FILE',
      cause: error,
    });
  return new RunnerError('config-invalid', `${file}: this YAML cannot be resolved: ${message}`, {
    hint: 'write the settings without anchors and aliases, and no deeper than enrollkit init does',
    cause: error,
  });
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

/** From here on no setting but `ledger.password` holds the database's password, however it was given. */
function withPasswordApart(config: Config): Config {
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
      'ledger.url: the password holds a % that no two hexadecimal digits follow',
      { hint: 'write % as %25, or give the password apart: ENROLLKIT_LEDGER_PASSWORD' },
    );
  }
}

function notePlaces(
  document: Document,
  place: (offset: number) => string,
  places: Map<string, string>,
): void {
  const walk = (node: unknown, path: string): void => {
    if (!isMap(node)) return;
    for (const pair of node.items) {
      if (!isScalar(pair.key)) continue;
      const inner = path === '' ? String(pair.key.value) : `${path}.${String(pair.key.value)}`;
      places.set(inner, place(pair.key.range?.[0] ?? 0));
      walk(pair.value, inner);
    }
  };
  walk(document.contents, '');
}

/** `ENROLLKIT_SENDING_BATCH_SIZE` is `sending.batchSize`. */
export function environmentNameOf(path: string): string {
  return `ENROLLKIT_${path
    .replace(/([a-z])([A-Z])/g, '$1_$2')
    .replaceAll('.', '_')
    .toUpperCase()}`;
}

/**
 * The environment as the process was given it, for `loadConfig`. The secrets in it are taken out of the process's own:
 * nothing that is started from here, and nothing that shows its environment, has them.
 */
export function takeEnvironment(own: Record<string, string | undefined>): Environment {
  const taken = { ...own };
  for (const path of secretPaths) delete own[environmentNameOf(path)];
  return taken;
}

/** Settings of earlier versions and what they are called now. */
const renamedSettings: ReadonlyMap<string, string> = new Map([['sending.uncertain', 'sending.onUnknown']]);

function noSuchSetting(path: string): string {
  const now = renamedSettings.get(path);
  return now === undefined ? 'there is no such setting' : `this setting is now called ${now}`;
}

function readEnvironmentLayer(environment: ConfigSources['environment'], into: Layered): void {
  for (const [path, now] of renamedSettings)
    if (environment[environmentNameOf(path)] !== undefined)
      throw new RunnerError(
        'config-invalid',
        `environment variable ${environmentNameOf(path)}: ${noSuchSetting(path)}`,
        { hint: `set ${environmentNameOf(now)} instead` },
      );
  for (const path of settingPaths()) {
    const name = environmentNameOf(path);
    const value = environment[name];
    if (value !== undefined)
      put(into, path, { value: plain(path, value), place: `environment variable ${name}` });
  }
}

function readFlagLayer(flags: readonly string[], into: Layered): void {
  const known = new Set(settingPaths());
  for (const flag of flags) {
    const cut = flag.indexOf('=');
    const path = cut === -1 ? flag : flag.slice(0, cut);
    if (cut === -1 || !known.has(path)) {
      throw new RunnerError(
        'config-invalid',
        `--set ${path}: ${cut === -1 ? 'expected path=value' : noSuchSetting(path)}`,
        { hint: `settings are: ${[...known].join(', ')}` },
      );
    }
    if ((secretPaths as readonly string[]).includes(path)) {
      throw new RunnerError(
        'config-invalid',
        `--set ${path}: a secret cannot be given as a flag, where every process of the machine can read it`,
        { hint: `use a file, or the environment variable ${environmentNameOf(path)}` },
      );
    }
    if (path === 'ledger.url' && /^[a-z]+:\/\/[^/@]*:[^/@]*@/.test(flag.slice(cut + 1))) {
      throw new RunnerError(
        'config-invalid',
        '--set ledger.url: a password cannot be given in a flag, where every process of the machine can read it',
        {
          hint: `use a file (ledger.passwordFile), or the environment variable ${environmentNameOf('ledger.password')}`,
        },
      );
    }
    put(into, path, { value: plain(path, flag.slice(cut + 1)), place: `flag --set ${path}` });
  }
}

function put(into: Layered, path: string, said: { value: unknown; place: string }): void {
  const parts = path.split('.');
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

/** Text from a flag or the environment becomes a number or a boolean where it reads as one, except for secrets and ids. */
function plain(path: string, text: string): unknown {
  if ((secretPaths as readonly string[]).includes(path) || path.startsWith('provider.s')) return text;
  if (text === 'true' || text === 'false') return text === 'true';
  return text !== '' && Number.isFinite(Number(text)) ? Number(text) : text;
}

/** Every setting of the schema as a dotted path, `input.columns` left out: a mapping belongs in a file. */
export function settingPaths(): readonly string[] {
  paths ??= pathsOf(z.toJSONSchema(configSchema, { io: 'input', unrepresentable: 'any' }), '');
  return paths;
}

/** Made once: the schema does not change. */
let paths: readonly string[] | undefined;

function pathsOf(schema: unknown, path: string): string[] {
  const properties = (schema as { properties?: Record<string, unknown> }).properties;
  if (properties === undefined) return path === 'input.columns' ? [] : [path];
  return Object.entries(properties).flatMap(([key, inner]) =>
    pathsOf(inner, path === '' ? key : `${path}.${key}`),
  );
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
