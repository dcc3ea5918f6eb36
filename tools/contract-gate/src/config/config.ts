import type { LayoutOptions } from '../codegen/layout.ts';
import { asArray, asObject, asString, type Json, type JsonObject } from '../spec/json.ts';
import { type DocumentKind, readDocument } from './document.ts';

/**
 * Where things are in a workspace. Every part has a default; `contract-gate.yaml` at the root says otherwise.
 */
export interface Config {
  /** Folder of `<name>/openapi.yaml`. */
  readonly specs: string;
  /** Globs of pact files. */
  readonly pacts: readonly string[];
  /** True when the configuration says where pacts are: finding none is an error then. */
  readonly pactsAreNamed: boolean;
  /** Spec file by name of a pact's provider, where that is not the spec's name. */
  readonly providers: Readonly<Record<string, string>>;
  readonly source: SourceConfig;
  /** The file that `record` writes and `can-i-deploy` reads. */
  readonly matrix: string;
  /** Settings of kinds of findings, by their id or its first part, those of the presets included. */
  readonly rules: ReadonlyMap<string, RuleSetting>;
  readonly generate: GenerateConfig;
  /** What `pull` fetches. */
  readonly pull: readonly PullConfig[];
}

/** How bad a kind of finding is; `off` does not show it. */
export type RuleSetting = 'error' | 'warning' | 'off';

/** Where generated code goes, and in which form. */
export interface GenerateConfig extends LayoutOptions {
  /** Folder that is wholly generated. */
  readonly out: string;
}

/** Which code is looked through for uses of a contract. */
export interface SourceConfig {
  /**
   * The `tsconfig.json` whose options say how modules are found; by default that at the root, or Nx's
   * `tsconfig.base.json`.
   */
  readonly project: string | undefined;
  readonly include: readonly string[];
  readonly exclude: readonly string[];
  /** Folder of `<name>/types.ts` and `<name>/operations.ts`, as `contract-gate generate` writes them. */
  readonly generated: string;
}

/** One document of a provider. */
export interface PullConfig {
  /** `http` or `https`. */
  readonly url: string;
  /** The version in use, that the fetched one is compared with. */
  readonly spec: string;
  /** Where the fetched one is kept. */
  readonly to: string;
  /** Names of environment variables by header: credentials stand in none of these files. */
  readonly headers: Readonly<Record<string, string>>;
  /** Whether the host may be in a private network, or this machine. */
  readonly allowPrivate: boolean;
  readonly timeoutSeconds: number;
  readonly maxMegabytes: number;
}

/** Where the configuration is looked for. */
export const configFile = 'contract-gate.yaml';

const setting = { enum: ['error', 'warning', 'off'] } as const;
const text = { type: 'string', minLength: 1 } as const;
const texts = { type: 'array', items: text } as const;
const record = { type: 'object', additionalProperties: text } as const;

const kind: DocumentKind = {
  name: 'the configuration',
  code: 'config-unusable',
  hint: 'The README of contract-gate lists every key.',
  schema: {
    type: 'object',
    additionalProperties: false,
    properties: {
      specs: text,
      pacts: texts,
      providers: record,
      matrix: text,
      extends: { enum: ['recommended', 'enrollkit'] },
      rules: { type: 'object', additionalProperties: setting },
      generate: {
        type: 'object',
        additionalProperties: false,
        properties: {
          out: text,
          layout: { enum: ['folders', 'flat'] },
          importExtension: { enum: ['.ts', '.js', 'none'] },
        },
      },
      source: {
        type: 'object',
        additionalProperties: false,
        properties: { project: text, include: texts, exclude: texts, generated: text },
      },
      pull: {
        type: 'array',
        items: {
          type: 'object',
          additionalProperties: false,
          required: ['url', 'spec', 'to'],
          properties: {
            url: { type: 'string', pattern: '^https?://' },
            spec: text,
            to: text,
            headers: record,
            allowPrivate: { type: 'boolean' },
            timeoutSeconds: { type: 'number', exclusiveMinimum: 0, maximum: 3600 },
            maxMegabytes: { type: 'number', exclusiveMinimum: 0, maximum: 1024 },
          },
        },
      },
    },
  },
};

/** Reads `contract-gate.yaml`, or gives the defaults. Throws `SpecError` with the place of what is wrong. */
export async function loadConfig(cwd: string): Promise<Config> {
  const source = await readDocument(configFile, cwd, kind);
  const said = asObject(source?.value);
  const code = asObject(said.source);
  return {
    specs: asString(said.specs) ?? 'specs',
    pactsAreNamed: said.pacts !== undefined,
    pacts: strings(said.pacts) ?? ['libs/*/pacts/*.json', 'apps/*/pacts/*.json'],
    providers: stringsByName(said.providers),
    source: {
      project: asString(code.project),
      include: strings(code.include) ?? defaultInclude,
      exclude: strings(code.exclude) ?? [],
      generated: asString(code.generated) ?? asString(asObject(said.generate).out) ?? defaultOut,
    },
    rules: new Map([
      ...presets[said.extends === 'enrollkit' ? 'enrollkit' : 'recommended'],
      ...settingsIn(said.rules),
    ]),
    generate: generateOf(asObject(said.generate)),
    matrix: asString(said.matrix) ?? 'contracts/matrix.json',
    pull: asArray(said.pull).map((entry) => pullOf(asObject(entry))),
  };
}

/** What is not asked of every team: where elements come from, what is sensitive and what is inside a JWE. */
const presets: Readonly<Record<'recommended' | 'enrollkit', readonly (readonly [string, RuleSetting])[]>> = {
  recommended: [
    ['provenance', 'off'],
    ['encrypted/missing', 'off'],
    ['sensitive/missing', 'off'],
    ['example/missing', 'off'],
    ['operation-id/missing', 'warning'],
    ['operation-id/not-a-name', 'off'],
  ],
  enrollkit: [],
};

const defaultOut = 'src/contract';

/** Source with and without JSX, in a workspace and in a single project. */
const defaultInclude: readonly string[] = ['apps/*/src', 'libs/*/src', 'src'].flatMap((folder) => [
  `${folder}/**/*.ts`,
  `${folder}/**/*.tsx`,
]);

function settingsIn(rules: Json | undefined): (readonly [string, RuleSetting])[] {
  return Object.entries(asObject(rules)).map(([id, value]) => [id, value as RuleSetting] as const);
}

function generateOf({ out, layout, importExtension }: JsonObject): GenerateConfig {
  return {
    out: asString(out) ?? defaultOut,
    layout: layout === 'flat' ? 'flat' : 'folders',
    importExtension: importExtension === '.js' || importExtension === 'none' ? importExtension : '.ts',
  };
}

function pullOf({
  url,
  spec,
  to,
  headers,
  allowPrivate,
  timeoutSeconds,
  maxMegabytes,
}: JsonObject): PullConfig {
  return {
    url: asString(url) ?? '',
    spec: asString(spec) ?? '',
    to: asString(to) ?? '',
    headers: stringsByName(headers),
    allowPrivate: allowPrivate === true,
    timeoutSeconds: typeof timeoutSeconds === 'number' ? timeoutSeconds : 30,
    maxMegabytes: typeof maxMegabytes === 'number' ? maxMegabytes : 20,
  };
}

function strings(value: Json | undefined): readonly string[] | undefined {
  return value === undefined ? undefined : asArray(value).map(String);
}

function stringsByName(value: Json | undefined): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(asObject(value)).map(([name, one]) => [name, String(one)]));
}
