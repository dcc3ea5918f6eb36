import { Option } from 'commander';

import { loadConfig } from '../config/config.ts';
import { bySettings } from '../config/severity.ts';
import { exitCodes } from '../exit-codes.ts';
import { loadPacts } from '../pact/pact.ts';
import { contractFinder } from '../pact/provider.ts';
import { countOf, type Finding, type Format, formatNames, many, show } from '../report/index.ts';
import { verifyPact } from '../verify/verify.ts';
import type { Command } from './command.ts';

/** `verify`: every pact against the contract of its provider. */
export const verifyCommand: Command = {
  name: 'verify',
  register(program, run) {
    program
      .command('verify')
      .description(
        'Check every pact against the contract of its provider, encrypted parts included. Exits 1 when a pact violates it.',
      )
      .argument('[pacts...]', 'pact files or globs; those of the configuration when none is named')
      .addOption(
        new Option('--format <format>', 'how to show the findings').choices(formatNames).default('text'),
      )
      .action((named: string[], options: { format: Format }) =>
        run(async ({ voice, cwd }) => {
          const config = await loadConfig(cwd);
          const globs = named.length > 0 ? named : config.pacts;
          const [pacts, contractOf] = await Promise.all([loadPacts(globs, cwd), contractFinder(config, cwd)]);
          const found: Finding[] =
            pacts.length === 0 && (named.length > 0 || config.pactsAreNamed)
              ? [
                  {
                    id: 'pact/none',
                    severity: 'error',
                    message: `no pact matches ${globs.join(', ')}`,
                    hint: 'Name the files, or set `pacts` in contract-gate.yaml.',
                  },
                ]
              : [];
          for (const pact of pacts) {
            const spec = contractOf(pact);
            found.push(
              ...(spec === undefined
                ? [
                    {
                      id: 'pact/provider-unknown',
                      severity: 'error' as const,
                      message: `no contract is called ${pact.provider}`,
                      place: pact.locate('/provider'),
                      hint: 'Name its spec under `providers` in contract-gate.yaml.',
                    },
                  ]
                : await verifyPact(pact, spec.document)),
            );
          }
          const findings = bySettings(found, config);
          const interactions = pacts.reduce((sum, pact) => sum + pact.interactions.length, 0);
          const { error, warning } = countOf(findings);
          const counted = `${many(pacts.length, 'pact')}, ${many(interactions, 'interaction')}`;
          const summary =
            error + warning === 0
              ? `${counted}: the contracts allow all of it`
              : `${counted}: ${many(error, 'error')}, ${many(warning, 'warning')}`;
          voice.out(show({ title: 'contract-gate verify', summary, findings }, options.format));
          return error > 0 ? exitCodes.findings : exitCodes.ok;
        }),
      );
  },
};
