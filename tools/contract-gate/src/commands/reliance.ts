import { Option } from 'commander';

import { loadConfig } from '../config/config.ts';
import { exitCodes } from '../exit-codes.ts';
import { loadPacts } from '../pact/pact.ts';
import { contractFinder } from '../pact/provider.ts';
import { type Reliance, relianceOn } from '../reliance/reliance.ts';
import { relianceReport } from '../reliance/report.ts';
import { type Format, formatNames, show } from '../report/index.ts';
import { findSpecs } from '../spec/find.ts';
import { loadSpec } from '../spec/load.ts';
import type { Command } from './command.ts';

/** `reliance [SPEC...]`: the questions to ask a provider, and who needs the answers. */
export const relianceCommand: Command = {
  name: 'reliance',
  register(program, run) {
    program
      .command('reliance')
      .description(
        'List what consumers rely on and the provider has not documented, as questions to ask before production. Exits 0.',
      )
      .argument('[specs...]', 'OpenAPI files; all of specs/*/openapi.yaml when none is named')
      .addOption(
        new Option('--format <format>', 'how to show the questions').choices(formatNames).default('text'),
      )
      .action((named: string[], options: { format: Format }) =>
        run(async ({ voice, cwd }) => {
          const config = await loadConfig(cwd);
          const files = named.length > 0 ? named : await findSpecs(cwd, config.specs);
          const [pacts, contractOf] = await Promise.all([
            loadPacts(config.pacts, cwd),
            contractFinder(config, cwd),
          ]);
          const found: Reliance[] = [];
          for (const file of files) {
            const spec = await loadSpec(file, cwd);
            found.push(
              ...(await relianceOn(spec, {
                pacts: pacts.filter((pact) => contractOf(pact)?.name === spec.name),
                config,
                cwd,
              })),
            );
          }
          voice.out(show(relianceReport(found), options.format));
          return exitCodes.ok;
        }),
      );
  },
};
