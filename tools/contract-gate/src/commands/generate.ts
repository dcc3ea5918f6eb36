import { resolve } from 'node:path';

import { type Drift, driftOf, writeFiles } from '../codegen/write.ts';
import { exitCodes } from '../exit-codes.ts';
import { findSpecs } from '../spec/find.ts';
import type { Command } from './command.ts';

/** `generate [--check]`: types, validators and operation tables of every spec. */
export const generateCommand: Command = {
  name: 'generate',
  register(program, run) {
    program
      .command('generate')
      .description('Generate types, validators and operation tables from the specs.')
      .option('--specs <dir>', 'folder that holds <name>/openapi.yaml', 'specs')
      .option('--out <dir>', 'folder that is wholly generated', 'libs/contract/src')
      .option('--check', 'write nothing; exit 1 and say what differs', false)
      .action((options: { specs: string; out: string; check: boolean }) =>
        run(async ({ voice, cwd }) => {
          // The compiler that writes the types takes half a second to load; no other command needs it.
          const { generateContracts } = await import('../codegen/generate.ts');
          const { files, warnings } = await generateContracts(await findSpecs(cwd, options.specs), cwd);
          for (const warning of warnings) voice.err(`warning: ${warning}\n`);
          const folder = resolve(cwd, options.out);
          if (!options.check) {
            const written = await writeFiles(folder, files);
            for (const { kind, file } of written) voice.out(`${actions[kind]} ${options.out}/${file}\n`);
            if (written.length === 0) voice.out(`${options.out} is as it should be\n`);
            return exitCodes.ok;
          }
          const drifts = await driftOf(folder, files);
          for (const { file, kind } of drifts) voice.err(`${options.out}/${file} is ${kind}\n`);
          if (drifts.length === 0) return exitCodes.ok;
          voice.err(
            'hint: the generated files do not fit the specs. Run `contract-gate generate` and commit the result.\n',
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
