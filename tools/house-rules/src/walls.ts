/**
 * The plan of the house as data: which project may import which. Imports only go down, and no two projects on one
 * floor import each other. `keys` lies under the two foundations that share it.
 */
export const mayImport: Readonly<Record<string, readonly string[]>> = {
  base: [],
  contract: [],
  keys: ['base'],
  encryption: ['base', 'keys'],
  signing: ['base', 'keys'],
  enrollment: ['base'],
  client: ['base', 'contract', 'encryption', 'signing', 'enrollment'],
  ledger: ['base', 'enrollment'],
  pipeline: ['base', 'enrollment', 'ledger'],
  testkit: ['base', 'enrollment'],
  'provider-simulator': ['base', 'contract', 'encryption', 'signing', 'keys'],
  'batch-runner': [
    'base',
    'enrollment',
    'keys',
    'encryption',
    'signing',
    'client',
    'ledger',
    'pipeline',
    'provider-simulator',
  ],
  'contract-gate': ['base'],
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
    'testkit',
  ],
  simulate: ['base', 'encryption', 'signing', 'enrollment', 'client', 'ledger', 'pipeline', 'testkit'],
  'house-rules': ['base'],
};

/** A door plate: what only these places may use. A place is a project or a path prefix inside the repository. */
export interface DoorPlate {
  readonly question: string;
  readonly uses: (specifier: string) => boolean;
  readonly places: readonly string[];
}

const isOneOf =
  (...names: readonly string[]) =>
  (specifier: string): boolean =>
    names.some((name) => specifier === name || specifier.startsWith(`${name}/`));

/** "Where is the crypto, the SQL, the network?" Each has one answer. The simulator judges with means of its own. */
export const doorPlates: readonly DoorPlate[] = [
  {
    question: 'JOSE',
    uses: isOneOf('jose'),
    places: ['libs/encryption/', 'apps/provider-simulator/', 'tools/bench/'],
  },
  {
    question: 'the database',
    uses: isOneOf('node:sqlite', 'kysely', 'pg', 'pg-boss'),
    places: ['libs/ledger/', 'libs/testkit/src/cluster.ts', 'tools/bench/', 'tools/simulate/'],
  },
  {
    question: 'the HTTP client',
    uses: isOneOf('undici', 'openapi-fetch', 'node:https'),
    places: ['libs/client/', 'tools/bench/', 'tools/simulate/'],
  },
];

/** Files that may call `fetch`: the client's transport, the key set, and the token call of OAuth 2.0. */
export const fetchers: readonly string[] = [
  'libs/client/src/',
  'libs/keys/src/key-set.ts',
  'libs/signing/src/token-request.ts',
  'tools/contract-gate/src/',
  'tools/bench/',
];
