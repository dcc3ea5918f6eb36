import { join } from 'node:path';

import { generateContracts, writeFiles } from '../../src/index.ts';
import { folderWith, gate, remove, type Ending } from '../workspace.ts';
import { cases } from './cases.ts';
import { houses } from './documents/index.ts';

/** The two versions of a document, in a house's folder. */
export const editions = ['specs/base/openapi.yaml', 'specs/revision/openapi.yaml'] as const;

/**
 * A folder for each house: two versions of its document, what is generated from the first, and a consumer of
 * that.
 */
export class Houses {
  readonly #folders = new Map<string, string>();
  /** Every file of TypeScript in the folders. */
  readonly sources: string[] = [];

  /** Makes the folders; `resources` says how large the documents are, or how large each is. */
  async build(resources: number | Readonly<Record<string, number>>): Promise<void> {
    for (const [house, make] of Object.entries(houses)) {
      const size = typeof resources === 'number' ? resources : (resources[house] ?? 0);
      if (size === 0) continue;
      const cwd = folderWith({
        ...under('specs/base', make({ resources: size, revised: false })),
        ...under('specs/revision', make({ resources: size, revised: true })),
        'contract-gate.yaml': 'source: { include: ["src/**/*.ts"], generated: out }\n',
        'tsconfig.json':
          '{ "compilerOptions": { "module": "nodenext", "allowImportingTsExtensions": true } }',
        'package.json': `{ "name": "consumer-of-${house}", "type": "module" }`,
        'src/consumer.ts': cases[house]?.consumer ?? '',
      });
      this.#folders.set(house, cwd);
      const { files } = await generateContracts([editions[0]], cwd);
      await writeFiles(join(cwd, 'out'), files);
      this.sources.push(...[...files.keys()].map((file) => join(cwd, 'out', file)));
      this.sources.push(join(cwd, 'src/consumer.ts'));
    }
  }

  /** The folder of a house. */
  folder(house: string): string {
    return this.#folders.get(house) ?? '';
  }

  /** Runs a command in the folder of a house. */
  run(house: string, ...argv: readonly string[]): Promise<Ending> {
    return gate(this.folder(house), ...argv);
  }

  remove(): void {
    for (const folder of this.#folders.values()) remove(folder);
  }
}

function under(folder: string, files: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(files).map(([file, text]) => [`${folder}/${file}`, text]));
}
