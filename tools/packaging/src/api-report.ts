import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Extractor, ExtractorConfig, ExtractorLogLevel } from '@microsoft/api-extractor';
import { type Manifest, publishedPackages, readManifest, root } from './packages.ts';

/**
 * Writes the reports of a package's public types to `etc/`, one for each of its entries, from its built
 * declarations; with `check`, only says whether the committed reports fit them.
 */
export function apiReport(folder: string, check: boolean): boolean {
  return entriesOf(folder)
    .map((entry) => entryReport(folder, entry, check))
    .every(Boolean);
}

/** An entry of a package: its types, and the name of its report. */
interface Entry {
  readonly types: string;
  readonly report: string;
}

function entriesOf(folder: string): readonly Entry[] {
  const { name, exports = {} } = readManifest(folder) as Manifest & {
    readonly exports?: Readonly<Record<string, string | { readonly types?: string }>>;
  };
  return Object.entries(exports).flatMap(([path, target]) => {
    if (typeof target === 'string' || target.types === undefined) return [];
    const report = `${name.replace('@enrollkit/', '')}${path.slice(1).replaceAll('/', '-')}`;
    return [{ types: target.types, report }];
  });
}

function entryReport(folder: string, { types, report }: Entry, check: boolean): boolean {
  const project = join(root, folder);
  mkdirSync(join(root, 'etc'), { recursive: true });
  const config = ExtractorConfig.prepare({
    configObject: {
      projectFolder: project,
      mainEntryPointFilePath: join(project, types),
      compiler: { tsconfigFilePath: join(project, 'tsconfig.build.json'), skipLibCheck: true },
      apiReport: {
        enabled: true,
        reportFileName: `${report}.api.md`,
        reportFolder: join(root, 'etc'),
        reportTempFolder: join(root, '.work', 'api'),
      },
      docModel: { enabled: false },
      dtsRollup: { enabled: false },
      tsdocMetadata: { enabled: false },
      messages: {
        compilerMessageReporting: { default: { logLevel: ExtractorLogLevel.None } },
        extractorMessageReporting: { default: { logLevel: ExtractorLogLevel.None } },
        tsdocMessageReporting: { default: { logLevel: ExtractorLogLevel.None } },
      },
    },
    configObjectFullPath: join(project, 'api-extractor.json'),
    packageJsonFullPath: join(project, 'package.json'),
  });
  const result = Extractor.invoke(config, {
    localBuild: !check,
    showVerboseMessages: false,
    messageCallback: (message) => {
      message.handled = true;
    },
  });
  return !result.apiReportChanged;
}

if (import.meta.main) {
  const { values } = parseArgs({ options: { check: { type: 'boolean', default: false } } });
  for (const { folder } of publishedPackages) {
    if (apiReport(folder, values.check)) continue;
    process.stdout.write(
      `${folder}: the public API ${values.check ? 'differs from its report' : 'report was written'}\n`,
    );
    if (values.check) process.exitCode = 1;
  }
  if (process.exitCode === 1) process.stdout.write('hint: npm run api, and review the diff in etc/\n');
}
