/** The layers of ARCHITECTURE.md, lowest first: imports only point to a lower layer. */
export const layers: readonly (readonly string[])[] = [
  ['base', 'look'],
  ['keys', 'schema-containment'],
  ['enrollment', 'encryption', 'signing', 'contract'],
  ['client', 'ledger'],
  ['pipeline', 'testkit'],
  ['provider-simulator', 'console'],
  ['batch-runner'],
];

/**
 * Projects beside the layers: what builds, checks and measures. They may import downwards and nothing imports
 * them but tools.
 */
export const tools: readonly string[] = [
  'contract-gate',
  'simulate',
  'bench',
  'architecture-tests',
  'packaging',
  'site',
];

/** Which project may import which: the exact edges, each of them downwards. */
export const mayImport: Readonly<Record<string, readonly string[]>> = {
  base: [],
  look: [],
  contract: [],
  keys: ['base'],
  encryption: ['base', 'keys'],
  signing: ['base', 'keys'],
  enrollment: ['base'],
  client: ['base', 'keys', 'contract', 'encryption', 'signing', 'enrollment'],
  ledger: ['base', 'enrollment'],
  pipeline: ['base', 'enrollment', 'ledger'],
  testkit: ['base', 'enrollment'],
  'provider-simulator': ['base', 'contract', 'encryption', 'signing', 'keys'],
  'batch-runner': [
    'base',
    'contract',
    'enrollment',
    'keys',
    'encryption',
    'signing',
    'client',
    'ledger',
    'pipeline',
    'provider-simulator',
    'look',
  ],
  // Packed with the runner, which serves its files and imports none of its code.
  console: ['base', 'contract', 'look'],
  'schema-containment': ['base'],
  'contract-gate': ['base', 'schema-containment'],
  bench: [
    'base',
    'contract',
    'keys',
    'encryption',
    'signing',
    'enrollment',
    'client',
    'ledger',
    'pipeline',
    'provider-simulator',
    'batch-runner',
    'contract-gate',
    'schema-containment',
    'testkit',
  ],
  simulate: ['base', 'encryption', 'signing', 'enrollment', 'client', 'ledger', 'pipeline', 'testkit'],
  'architecture-tests': [],
  packaging: [],
  site: [],
};

/** An import that only these places may have. A place is a path prefix inside the repository. */
export interface RestrictedImport {
  readonly what: string;
  readonly matches: (specifier: string) => boolean;
  readonly places: readonly string[];
}

const isOneOf =
  (...names: readonly string[]) =>
  (specifier: string): boolean =>
    names.some((name) => specifier === name || specifier.startsWith(`${name}/`));

/**
 * JOSE, the databases and the HTTP client have one place each. The simulator verifies with means of its own.
 */
export const restrictedImports: readonly RestrictedImport[] = [
  {
    what: 'JOSE',
    matches: isOneOf('jose'),
    places: ['libs/encryption/test/', 'apps/provider-simulator/', 'tools/bench/'],
  },
  {
    what: 'a database driver',
    matches: isOneOf('node:sqlite', 'kysely', 'pg', 'pg-boss'),
    places: ['libs/ledger/', 'libs/testkit/src/cluster.ts', 'tools/bench/', 'tools/simulate/'],
  },
  {
    what: 'the HTTP client',
    matches: isOneOf('undici', 'openapi-fetch', 'node:https'),
    // The receiver of notifications and the console's server open a port each, and call nobody.
    places: [
      'libs/client/',
      'apps/console/src/api.ts',
      'apps/batch-runner/src/notifications/receiver.ts',
      'apps/batch-runner/src/serve/security/listen.ts',
      'tools/bench/',
      'tools/simulate/',
    ],
  },
];

/** Places that may call the global `fetch`. */
export const fetchPlaces: readonly string[] = [
  'libs/client/src/',
  'libs/keys/src/',
  'libs/signing/src/',
  'apps/console/src/api.ts',
  // The operator's own webhook, which has nothing of the provider's connection.
  'apps/batch-runner/src/on-end/webhook.ts',
  'tools/contract-gate/src/',
  'tools/bench/',
];
