import { type Command as Commander, Option } from 'commander';

import { loadConfig } from '../config/config.ts';
import { exitCodes } from '../exit-codes.ts';
import { MatrixStore, type Verification } from '../matrix/matrix.ts';
import { loadPacts } from '../pact/pact.ts';
import { many } from '../report/index.ts';
import { SpecError } from '../spec/errors.ts';
import type { Command, Context, Run } from './command.ts';

interface Verified {
  readonly consumer: string;
  readonly consumerVersion: string;
  readonly provider: string;
  readonly providerVersion: string;
  readonly result: Verification['result'];
}

/** `record pacts | verification | deployment`: writes into the matrix. */
export const recordCommand: Command = {
  name: 'record',
  register(program, run) {
    const record = program
      .command('record')
      .description('Record published pacts, verification results and deployments in the matrix.');
    registerPacts(record, run);
    registerVerification(record, run);
    record
      .command('deployment')
      .description('Record which version runs in an environment.')
      .requiredOption('--participant <name>', 'the consumer or provider that was deployed')
      .requiredOption('--version <version>', 'its version')
      .requiredOption('--environment <name>', 'where it runs now')
      .action(
        ({
          participant,
          version,
          environment,
        }: {
          participant: string;
          version: string;
          environment: string;
        }) =>
          run(async (context) => {
            const { store } = await open(context);
            await store.change((matrix) => ({
              ...matrix,
              deployments: [...matrix.deployments, { participant, version, environment, date: now() }],
            }));
            context.voice.out(`recorded: ${participant} ${version} is in ${environment}\n`);
            return exitCodes.ok;
          }),
      );
  },
};

function registerPacts(record: Commander, run: Run): void {
  record
    .command('pacts')
    .description('Record the pacts of a version of their consumer.')
    .argument('[pacts...]', 'pact files or globs; those of the configuration when none is named')
    .requiredOption('--version <version>', "the consumer's version, as the commit")
    .action((named: string[], { version }: { version: string }) =>
      run(async (context) => {
        const { store, config } = await open(context);
        const pacts = await loadPacts(named.length > 0 ? named : config.pacts, context.cwd);
        for (const { consumer, provider, document } of pacts)
          await store.publish(document, { consumer, provider, version, date: now() });
        context.voice.out(`recorded: ${many(pacts.length, 'pact')} of version ${version}\n`);
        return pacts.length > 0 ? exitCodes.ok : exitCodes.findings;
      }),
    );
}

function registerVerification(record: Commander, run: Run): void {
  record
    .command('verification')
    .description(
      'Record whether a provider version passed verification against the pact of a consumer version.',
    )
    .requiredOption('--consumer <name>', 'the consumer, as its pact names it')
    .requiredOption('--consumer-version <version>', 'the version that its pact was recorded under')
    .requiredOption('--provider <name>', 'the provider, as the pact names it')
    .requiredOption('--provider-version <version>', 'the version that was verified')
    .addOption(
      new Option('--result <result>', 'how it ended').choices(['success', 'failure']).makeOptionMandatory(),
    )
    .action((said: Verified) =>
      run(async (context) => {
        const { store } = await open(context);
        await store.change((matrix) => {
          const pact = matrix.pacts.find(
            (one) =>
              one.consumer === said.consumer &&
              one.version === said.consumerVersion &&
              one.provider === said.provider,
          );
          if (pact === undefined)
            throw new SpecError(
              'matrix-unusable',
              `${said.consumer} ${said.consumerVersion} has no pact with ${said.provider} in the matrix`,
              { hint: 'Record its pacts first.' },
            );
          const { consumer, provider, providerVersion, result } = said;
          return {
            ...matrix,
            verifications: [
              ...matrix.verifications,
              { consumer, provider, providerVersion, content: pact.content, result, date: now() },
            ],
          };
        });
        context.voice.out(
          `recorded: ${said.provider} ${said.providerVersion} and the pact of ${said.consumer} ${said.consumerVersion}: ${said.result}\n`,
        );
        return exitCodes.ok;
      }),
    );
}

async function open({ cwd }: Context) {
  const config = await loadConfig(cwd);
  return { config, store: new MatrixStore(config.matrix, cwd) };
}

function now(): string {
  return new Date().toISOString();
}
