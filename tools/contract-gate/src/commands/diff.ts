import { Option } from 'commander';

import { loadConfig } from '../config/config.ts';
import { diffContracts } from '../diff/diff.ts';
import { loadExceptions } from '../diff/exceptions.ts';
import { reportOf } from '../diff/report.ts';
import { exitCodes } from '../exit-codes.ts';
import { type Format, formatNames, show } from '../report/index.ts';
import { loadBundle } from '../spec/bundle.ts';
import type { Command } from './command.ts';

interface Options {
  readonly format: Format;
  readonly exceptions?: string;
  readonly failOn: 'wire' | 'sdk';
}

/** `diff BASE REVISION`: what changed between two versions of a contract, and what proves that it breaks. */
export const diffCommand: Command = {
  name: 'diff',
  register(program, run) {
    program
      .command('diff')
      .description(
        'Compare two versions of a contract; every breaking change comes with a value that proves it. Exits 1 when something breaks.',
      )
      .argument('<base>', 'an OpenAPI file, or <git revision>:<path>')
      .argument('<revision>', 'an OpenAPI file, or <git revision>:<path>')
      .addOption(
        new Option('--format <format>', 'how to show the findings').choices(formatNames).default('text'),
      )
      .option(
        '--exceptions <file>',
        'reviewed exceptions: id, reason, who, until; contract-exceptions.yaml when it is there',
      )
      .addOption(
        new Option(
          '--fail-on <what>',
          'wire: what breaks messages; sdk: also names that only break generated code',
        )
          .choices(['wire', 'sdk'])
          .default('wire'),
      )
      .action((base: string, revision: string, options: Options) =>
        run(async ({ voice, cwd }) => {
          const [before, after, exceptions, { rules }] = await Promise.all([
            loadBundle(base, cwd),
            loadBundle(revision, cwd),
            loadExceptions(options.exceptions, cwd),
            loadConfig(cwd),
          ]);
          const findings = diffContracts(before.document, after.document);
          const { report, failed } = reportOf(findings, {
            base: before,
            revision: after,
            exceptions,
            today: new Date(),
            failOn: options.failOn,
            rules,
          });
          voice.out(show(report, options.format));
          return failed ? exitCodes.findings : exitCodes.ok;
        }),
      );
  },
};
