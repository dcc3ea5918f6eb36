import { resolve } from 'node:path';

import { Option } from 'commander';

import type { LayoutOptions } from '../codegen/layout.ts';
import { type Drift, driftOf, writeFiles } from '../codegen/write.ts';
import { loadConfig } from '../config/config.ts';
import { exitCodes } from '../exit-codes.ts';
import { findSpecs } from '../spec/find.ts';
import type { Command } from './command.ts';

interface Options extends Partial<LayoutOptions> {
  readonly specs?: string;
  readonly out?: string;
  readonly check: boolean;
}

/** `generate [--check]`: types, validators and operation tables of every spec. */
export const generateCommand: Command = {
  name: 'generate',
  register(program, run) {
    program
      .command('generate')
      .description('Generate types, validators and operation tables from the specs.')
      .argument('[specs...]', 'OpenAPI files; all of the configured folder when none is named')
      .option('--specs <dir>', 'folder that holds <name>/openapi.yaml')
      .option('--out <dir>', 'folder that is wholly generated; src/contract when nothing is configured')
      .addOption(
        new Option('--layout <layout>', 'a folder for each spec, or flat files').choices(['folders', 'flat']),
      )
      .addOption(
        new Option('--import-extension <ending>', 'what imports end in').choices(['.ts', '.js', 'none']),
      )
      .option('--check', 'write nothing; exit 1 and say what differs', false)
      .action((named: string[], options: Options) =>
        run(async ({ voice, cwd }) => {
          // The compiler that writes the types takes half a second to load; no other command needs it.
          const { generateContracts } = await import('../codegen/generate.ts');
          const config = await loadConfig(cwd);
          const specs = named.length > 0 ? named : await findSpecs(cwd, options.specs ?? config.specs);
          const layout = {
            layout: options.layout ?? config.generate.layout,
            importExtension: options.importExtension ?? config.generate.importExtension,
          };
          const out = options.out ?? config.generate.out;
          const { files, warnings } = await generateContracts(specs, cwd, layout);
          for (const warning of warnings) voice.err(`warning: ${warning}\n`);
          const folder = resolve(cwd, out);
          if (!options.check) {
            const written = await writeFiles(folder, files);
            for (const { kind, file } of written) voice.out(`${actions[kind]} ${out}/${file}\n`);
            if (written.length === 0) voice.out(`${out} is as it should be\n`);
            return exitCodes.ok;
          }
          const drifts = await driftOf(folder, files);
          for (const { file, kind } of drifts) voice.err(`${out}/${file} is ${kind}\n`);
          if (drifts.length === 0) return exitCodes.ok;
          voice.err(
            'hint: the generated files are out of date. Run `contract-gate generate` and commit the result.\n',
          );
          return exitCodes.findings;
        }),
      );
  },
};

const actions: Readonly<Record<Drift['kind'], string>> = {
  missing: 'wrote',
  different: 'rewrote',
  'left over': 'removed',
};
