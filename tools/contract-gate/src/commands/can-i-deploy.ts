import { Option } from 'commander';

import { loadConfig } from '../config/config.ts';
import { exitCodes } from '../exit-codes.ts';
import { type Answer, canIDeploy, type Question, type Row } from '../matrix/can-i-deploy.ts';
import { MatrixStore } from '../matrix/matrix.ts';
import { type Finding, type Format, formatNames, type Report, show } from '../report/index.ts';
import type { Command } from './command.ts';

/** `can-i-deploy`: whether a version may go where the others are, from the matrix in git. */
export const canIDeployCommand: Command = {
  name: 'can-i-deploy',
  register(program, run) {
    program
      .command('can-i-deploy')
      .description(
        'Check in the matrix whether a version can be deployed to an environment. Exits 1 when it cannot.',
      )
      .requiredOption('--participant <name>', 'the consumer or provider to deploy')
      .requiredOption('--version <version>', 'its version')
      .requiredOption('--environment <name>', 'where it is to go')
      .addOption(
        new Option('--format <format>', 'how to show the answer').choices(formatNames).default('text'),
      )
      .action((question: Question & { readonly format: Format }) =>
        run(async ({ voice, cwd }) => {
          const { matrix } = await loadConfig(cwd);
          const answer = canIDeploy(await new MatrixStore(matrix, cwd).read(), question);
          voice.out(show(reportOf(question, answer), question.format));
          return answer.deployable ? exitCodes.ok : exitCodes.findings;
        }),
      );
  },
};

function reportOf({ participant, version, environment }: Question, answer: Answer): Report {
  const findings =
    answer.rows.length === 0 && !answer.deployable
      ? [{ id: 'can-i-deploy/unknown', severity: 'error' as const, message: answer.reason }]
      : answer.rows.map(finding);
  return {
    title: 'contract-gate can-i-deploy',
    summary: `${answer.deployable ? 'yes' : 'no'}: ${participant} ${version} to ${environment}: ${answer.reason}`,
    findings,
    data: { deployable: answer.deployable, reason: answer.reason, rows: answer.rows },
  };
}

function finding({ consumer, consumerVersion, provider, providerVersion, result, date }: Row): Finding {
  return {
    id: `can-i-deploy/${result}`,
    severity: result === 'success' ? 'info' : 'error',
    message: `the pact of ${consumer} ${consumerVersion} with ${provider} ${providerVersion ?? '(none there)'}: ${result}${date === undefined ? '' : `, ${date}`}`,
  };
}
