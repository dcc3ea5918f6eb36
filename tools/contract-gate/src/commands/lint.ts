import { Option } from 'commander';

import { loadConfig } from '../config/config.ts';
import { bySettings, rulesOff } from '../config/severity.ts';
import { loadExceptions } from '../diff/exceptions.ts';
import { exitCodes } from '../exit-codes.ts';
import { withExceptions } from '../lint/accepted.ts';
import { lint } from '../lint/lint.ts';
import { countOf, type Format, formatNames, many, show } from '../report/index.ts';
import { findSpecs } from '../spec/find.ts';
import type { Command } from './command.ts';

interface Options {
  readonly base?: string;
  readonly exceptions?: string;
  readonly format: Format;
}

/** `lint [SPEC...]`: the general rules of OpenAPI and ours. */
export const lintCommand: Command = {
  name: 'lint',
  register(program, run) {
    program
      .command('lint')
      .description(
        'Check specs and their examples; with `extends: enrollkit` also provenance, encryption and sensitive fields. Exits 1 on an error.',
      )
      .argument('[specs...]', 'OpenAPI files; all of specs/*/openapi.yaml when none is named')
      .option('--base <revision>', 'a git revision whose operationIds must not change')
      .option(
        '--exceptions <file>',
        'reviewed exceptions: id, reason, who, until; contract-exceptions.yaml when it is there',
      )
      .addOption(
        new Option('--format <format>', 'how to show the findings').choices(formatNames).default('text'),
      )
      .action((named: string[], options: Options) =>
        run(async ({ voice, cwd }) => {
          const config = await loadConfig(cwd);
          const files = named.length > 0 ? named : await findSpecs(cwd, config.specs);
          const found = await lint({
            files,
            cwd,
            off: rulesOff(config),
            ...(options.base === undefined ? {} : { base: options.base }),
          });
          const exceptions = await loadExceptions(options.exceptions, cwd);
          const findings = withExceptions(bySettings(found, config), { exceptions, today: new Date(), cwd });
          const { error, warning } = countOf(findings);
          const counted = many(files.length, 'spec');
          const summary =
            findings.length === 0
              ? `${counted}, nothing to complain about`
              : `${counted}: ${many(error, 'error')}, ${many(warning, 'warning')}`;
          voice.out(show({ title: 'contract-gate lint', summary, findings }, options.format));
          return error > 0 ? exitCodes.findings : exitCodes.ok;
        }),
      );
  },
};
