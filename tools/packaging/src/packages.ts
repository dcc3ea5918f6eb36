import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The repository's root. */
export const root = join(import.meta.dirname, '..', '..', '..');

/** A package that is published. */
export interface PublishedPackage {
  /** From the repository's root. */
  readonly folder: string;
  /** Words that people search for. */
  readonly keywords: readonly string[];
  /**
   * The largest tarball, in kB: about a quarter more than it had when this was set. A larger one is looked at
   * first.
   */
  readonly mostKb: number;
  /** Oldest Node that the package is tested on. */
  readonly node: '>=22' | '>=24.15';
  /**
   * Files of the repository that are copied into the package when it is packed: from its root, to the
   * package's folder.
   */
  readonly copies?: Readonly<Record<string, string>>;
  /** The build of a private project that is packed with it. */
  readonly includes?: { readonly project: string; readonly from: string; readonly to: string };
}

const common = ['click-to-pay', 'mastercard', 'issuer-enrollment'] as const;

/**
 * Everything that is published, in the order of its dependencies. Libraries for a service of one's own run on
 * Node 22; what needs the built-in SQLite, on the runner's Node.
 */
export const publishedPackages: readonly PublishedPackage[] = [
  { folder: 'libs/base', keywords: ['redaction', 'errors'], mostKb: 40, node: '>=22' },
  { folder: 'libs/look', keywords: ['css', 'design-tokens'], mostKb: 12, node: '>=22' },
  { folder: 'libs/keys', keywords: ['pkcs12', 'p12', 'pem', 'jwk', 'jwks'], mostKb: 120, node: '>=22' },
  { folder: 'libs/encryption', keywords: [...common, 'jwe', 'jose', 'rsa-oaep'], mostKb: 65, node: '>=22' },
  {
    folder: 'libs/signing',
    keywords: [...common, 'oauth1', 'oauth2', 'dpop', 'request-signing'],
    mostKb: 90,
    node: '>=22',
  },
  {
    folder: 'libs/contract',
    keywords: [...common, 'openapi', 'types', 'validation'],
    mostKb: 230,
    node: '>=22',
    copies: {
      'specs/click-to-pay-enrollment/openapi.yaml': 'openapi/click-to-pay-enrollment.yaml',
      'specs/credential-directory/openapi.yaml': 'openapi/credential-directory.yaml',
      'specs/runner/openapi.yaml': 'openapi/runner.yaml',
    },
  },
  { folder: 'libs/enrollment', keywords: [...common, 'validation'], mostKb: 130, node: '>=22' },
  { folder: 'libs/client', keywords: [...common, 'openapi', 'sdk', 'api-client'], mostKb: 180, node: '>=22' },
  {
    folder: 'libs/ledger',
    keywords: ['exactly-once', 'outbox', 'sqlite', 'postgres'],
    mostKb: 380,
    node: '>=24.15',
  },
  { folder: 'libs/pipeline', keywords: [...common, 'batch', 'exactly-once'], mostKb: 400, node: '>=24.15' },
  {
    folder: 'libs/schema-containment',
    keywords: ['json-schema', 'subschema', 'containment', 'compatibility'],
    mostKb: 180,
    node: '>=22',
  },
  {
    folder: 'tools/contract-gate',
    keywords: ['openapi', 'breaking-changes', 'diff', 'pact', 'codegen'],
    mostKb: 530,
    node: '>=22',
  },
  {
    folder: 'apps/provider-simulator',
    keywords: [...common, 'simulator', 'test-double'],
    mostKb: 220,
    node: '>=24.15',
  },
  {
    folder: 'apps/batch-runner',
    keywords: [...common, 'cli', 'batch', 'exactly-once'],
    mostKb: 900,
    node: '>=24.15',
    includes: { project: 'console', from: 'apps/console/dist', to: 'dist/console' },
  },
];

/** The parts of a package.json that are read here. */
export interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly private?: boolean;
  readonly scripts?: Readonly<Record<string, string>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly [field: string]: unknown;
}

/** The package.json of a folder. */
export function readManifest(folder: string): Manifest {
  return JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8')) as Manifest;
}
