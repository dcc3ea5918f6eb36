import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Application, type TypeDocOptions } from 'typedoc';
import { content } from './content.ts';
import { root } from './root.ts';

/** The packages whose API reference is on the site. */
export const referencedPackages = [
  'base',
  'keys',
  'encryption',
  'signing',
  'contract',
  'enrollment',
  'client',
  'ledger',
  'pipeline',
  'schema-containment',
] as const;

/** The sources of all entries of a package: its main one and its subpaths. */
function entriesOf(name: string): readonly string[] {
  const { exports } = JSON.parse(readFileSync(join(root, 'libs', name, 'package.json'), 'utf8')) as {
    readonly exports: Readonly<Record<string, string | { readonly '@enrollkit/source': string }>>;
  };
  return Object.values(exports).flatMap((entry) =>
    typeof entry === 'string' ? [] : [join(root, 'libs', name, entry['@enrollkit/source'])],
  );
}

/** Writes the API reference of the public packages as Markdown pages. Throws when a source cannot be read. */
export async function writeReference(): Promise<void> {
  const options = {
    entryPoints: referencedPackages.flatMap(entriesOf),
    tsconfig: join(root, 'tsconfig.json'),
    plugin: ['typedoc-plugin-markdown'],
    readme: 'none',
    disableSources: true,
    skipErrorChecking: true,
    excludeExternals: true,
    logLevel: 'Error',
    outputs: [{ name: 'markdown', path: join(content, 'reference') }],
    // Of typedoc-plugin-markdown.
    entryFileName: 'index',
    hideBreadcrumbs: true,
    hidePageHeader: true,
    useCodeBlocks: true,
    sanitizeComments: true,
  } as TypeDocOptions;
  const app = await Application.bootstrapWithPlugins(options);
  const project = await app.convert();
  if (project === undefined) throw new Error('TypeDoc could not read the sources');
  await app.generateOutputs(project);
}
