import { Option } from 'commander';

import { configFile, loadConfig } from '../config/config.ts';
import { diffContracts } from '../diff/diff.ts';
import { loadExceptions } from '../diff/exceptions.ts';
import { reportOf } from '../diff/report.ts';
import { type ExitCode, exitCodes } from '../exit-codes.ts';
import { pull } from '../pull/pull.ts';
import { type Format, formatNames, type Report, show } from '../report/index.ts';
import { loadBundle } from '../spec/bundle.ts';
import { SpecError } from '../spec/errors.ts';
import { contractName } from '../uses/contract-name.ts';
import type { Command } from './command.ts';
import { impactBetween } from './impact.ts';

/** `pull`: the provider's own documents, and what they change for us. */
export const pullCommand: Command = {
  name: 'pull',
  register(program, run) {
    program
      .command('pull')
      .description(
        "Fetch the provider's own specs, store them, and compare them with the versions in use: diff and impact. Exits 1 when something breaks.",
      )
      .addOption(
        new Option('--format <format>', 'how to show the findings').choices(formatNames).default('text'),
      )
      .action(({ format }: { format: Format }) =>
        run(async ({ voice, cwd }) => {
          const config = await loadConfig(cwd);
          if (config.pull.length === 0)
            throw new SpecError('config-unusable', `${configFile} names nothing to pull`, {
              hint: 'Add `pull: [{ url, spec, to }]`.',
            });
          let code: ExitCode = exitCodes.ok;
          const reports: Report[] = [];
          for (const one of config.pull) {
            const pulled = await pull(one, cwd);
            const [before, after, exceptions] = await Promise.all([
              loadBundle(one.spec, cwd),
              loadBundle(one.to, cwd),
              loadExceptions(undefined, cwd),
            ]);
            const findings = diffContracts(before.document, after.document);
            const diff = reportOf(findings, {
              base: before,
              revision: after,
              exceptions,
              today: new Date(),
              failOn: 'wire',
              rules: config.rules,
            });
            const name = await contractName({ files: [one.spec], document: before.document }, config, cwd);
            const impact = await impactBetween({ before, after, name }, config, cwd);
            reports.push({
              title: `contract-gate pull ${one.spec}`,
              findings: [...diff.report.findings, ...impact.report.findings],
              summary: `${one.spec}: ${one.to} ${pulled}; ${diff.report.summary}; ${impact.report.summary}`,
              data: { diff: diff.report.data, impact: impact.report.data },
            });
            if (diff.failed || impact.failed) code = exitCodes.findings;
          }
          voice.out(show(joined(reports), format));
          return code;
        }),
      );
  },
};

function joined(reports: readonly Report[]): Report {
  return {
    title: 'contract-gate pull',
    findings: reports.flatMap(({ findings }) => findings),
    summary: reports.map(({ summary }) => summary).join('\n'),
    data: { pulled: reports.map(({ title, summary, data }) => ({ title, summary, ...data })) },
  };
}
