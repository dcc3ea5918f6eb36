import { Option } from 'commander';

import { type Config, loadConfig } from '../config/config.ts';
import { diffContracts } from '../diff/diff.ts';
import { exitCodes } from '../exit-codes.ts';
import { impactOf } from '../impact/impact.ts';
import { impactReport } from '../impact/report.ts';
import { loadPacts } from '../pact/pact.ts';
import { type Format, formatNames, type Report, show } from '../report/index.ts';
import { type Bundle, loadBundle } from '../spec/bundle.ts';
import { contractName } from '../uses/contract-name.ts';
import type { Command } from './command.ts';

interface Options {
  readonly format: Format;
  readonly contract?: string;
}

/** `impact BASE REVISION`: who is hit by what changed, by interaction, file and line. */
export const impactCommand: Command = {
  name: 'impact',
  register(program, run) {
    program
      .command('impact')
      .description(
        'List the consumers that a change affects, with pact interaction, file and line. Exits 1 when it breaks one of them.',
      )
      .argument('<base>', 'the version that consumers use: an OpenAPI file, or <git revision>:<path>')
      .argument('<revision>', 'an OpenAPI file, or <git revision>:<path>')
      .option(
        '--contract <name>',
        "the contract's name in the workspace, where neither the file nor the title tells",
      )
      .addOption(
        new Option('--format <format>', 'how to show the findings').choices(formatNames).default('text'),
      )
      .action((base: string, revision: string, options: Options) =>
        run(async ({ voice, cwd }) => {
          const [config, before, after] = await Promise.all([
            loadConfig(cwd),
            loadBundle(base, cwd),
            loadBundle(revision, cwd),
          ]);
          const name =
            options.contract ??
            (await contractName({ files: [base, revision], document: before.document }, config, cwd));
          const { report, failed, looked } = await impactBetween({ before, after, name }, config, cwd);
          if (failed || looked) voice.out(show(report, options.format));
          if (failed) return exitCodes.findings;
          if (looked) return exitCodes.ok;
          voice.err(notLooked);
          return exitCodes.usage;
        }),
      );
  },
};

/** Two versions of the contract that the workspace knows by a name. */
export interface Versions {
  readonly before: Bundle;
  readonly after: Bundle;
  readonly name: string | undefined;
}

/** What is said of two versions. */
export interface Verdict {
  readonly report: Report;
  /** True when something breaks for somebody. */
  readonly failed: boolean;
  /** False when code was to be looked at, and no types of the contract were found in it. */
  readonly looked: boolean;
}

/** What to say when no code could be judged: that nobody is hit is not known then. */
export const notLooked =
  'error: no code was found that was generated from this contract: whether a consumer is hit is not known\n' +
  'hint: Set `source.include` and `source.generated` in contract-gate.yaml; set `source: { include: [] }` to look at pacts only.\n';

/** Diff, pacts and code together. */
export async function impactBetween(
  { before, after, name }: Versions,
  config: Config,
  cwd: string,
): Promise<Verdict> {
  const pacts = await loadPacts(config.pacts, cwd);
  const { impacts, codeWasRead } = await impactOf({
    findings: diffContracts(before.document, after.document),
    base: before,
    revision: after,
    name,
    pacts,
    config,
    cwd,
  });
  const looked = codeWasRead || config.source.include.length === 0;
  const verdict = impactReport(impacts, ({ finding }) =>
    finding.kind.endsWith('-removed')
      ? before.locate(finding.basePointer)
      : after.locate(finding.revisionPointer),
  );
  return { ...verdict, looked };
}
