import { type Command, InvalidArgumentError } from 'commander';
import type { CheckOptions } from './commands/check.ts';
import type { RotateOptions } from './commands/keys-rotate.ts';
import type { PlanCommandOptions } from './commands/plan.ts';
import type { PurgeOptions } from './commands/purge.ts';
import type { ResolveOptions } from './commands/resolve.ts';
import type { RunOptions } from './commands/run.ts';
import type { On } from './program-types.ts';

/** Commands that need no provider. */
export function addFirstSteps(program: Command, on: On): void {
  program
    .command('demo')
    .description('synthetic cardholders, a simulated provider, a whole run and its report')
    .option('-n, --records <number>', 'how many', whole, 10_000)
    .option(
      '--folder <folder>',
      'where it keeps everything; an unfinished demo there goes on',
      'enrollkit-demo',
    )
    .action(on(async () => (await import('./commands/demo.ts')).demo));
  program
    .command('sample')
    .description('write a file of synthetic cardholders')
    .requiredOption('-n, --records <number>', 'how many', whole)
    .requiredOption('-o, --out <file>', 'where to; the name decides the format (.csv, .ndjson)')
    .option('--seed <number>', 'the same seed makes the same file', whole, 1)
    .option('--faulty <number>', 'so many bad rows among them', whole, 0)
    .action(on(async () => (await import('./commands/sample.ts')).sample));
  program
    .command('init')
    .description('write a commented config file and check it')
    .option('--print', 'print it instead')
    .action(on(async () => (await import('./commands/init.ts')).init));
  program
    .command('check <file>')
    .description(
      'validate only: each rejection with line, field and reason; needs no configuration, sends nothing',
    )
    .option('--rejections <file>', 'write the rejected rows there, to be corrected and run again')
    .option('--all', 'print every rejection, not three examples of each code')
    .action(
      on<CheckOptions>(async () => {
        const { check } = await import('./commands/check.ts');
        return (context, options, [file]) => check(context, file, options);
      }),
    );
}

/** Commands that process an intake, or instruct who does. */
export function addProcessing(program: Command, on: On): void {
  program
    .command('plan <file>')
    .description('what a run would do with each row and why; writes nothing, sends nothing')
    .option('--csv', 'one line for each row that would not be sent')
    .option('--again', 'as if what is enrolled were enrolled anew')
    .action(
      on<PlanCommandOptions>(async () => {
        const { plan } = await import('./commands/plan.ts');
        return (context, options, [file]) => plan(context, file, options);
      }),
    );
  program
    .command('run <file>')
    .description('process the file until every record is settled, or say why not; - is standard input')
    .option('--again <reason>', 'enroll anew what is enrolled already; the reason goes into the audit trail')
    .option('-y, --yes', 'do not ask on a terminal')
    .action(
      on<RunOptions>(async () => {
        const { run } = await import('./commands/run.ts');
        return (context, options, [file]) => run(context, file, options);
      }),
    );
  program
    .command('resume')
    .description('go on with an intake, or let a paused runner go on')
    .option('--intake <id>', 'which (default: the newest)')
    .option('--file <file>', 'where the input is now, if it is needed and has moved')
    .action(on(async () => (await import('./commands/resume.ts')).resume));
  program
    .command('pause')
    .description('tell the runner, from any process or host, to send nothing until enrollkit resume')
    .action(on(async () => (await import('./commands/pause.ts')).pause));
  program
    .command('stop')
    .description('tell the runner to end after what is in flight, and wait until it has')
    .action(on(async () => (await import('./commands/stop.ts')).stop));
  program
    .command('worker')
    .description(
      'work beside others on a ledger in PostgreSQL: take what is ready of every intake, until stopped',
    )
    .option('--until-idle', 'end when nothing is left to do')
    .action(on(async () => (await import('./commands/worker.ts')).worker));
  program
    .command('retry')
    .description(
      'send the records the provider refused once more, under new batch ids; re-reads just those records',
    )
    .option('--intake <id>', 'which (default: the newest)')
    .option('--file <file>', 'where the input is now, if it has moved')
    .option('--code <code...>', 'only those refused with these codes')
    .action(on(async () => (await import('./commands/retry.ts')).retry));
  addDecisions(program, on);
}

function addDecisions(program: Command, on: On): void {
  program
    .command('resolve <batch>')
    .description('record a decision about a batch in state unknown')
    .option('--intake <id>', 'of which intake (default: the newest)')
    .option('--sent <provider-batch-id>', 'it arrived, and this is its id at the provider')
    .option('--not-sent', 'it did not arrive: send it again under the same id')
    .option('--owner-is-dead <reason>', 'overrule that the process that sent it may still be alive')
    .action(
      on<ResolveOptions>(async () => {
        const { resolve } = await import('./commands/resolve.ts');
        return (context, options, [batch]) => resolve(context, batch, options);
      }),
    );
  program
    .command('abandon <batch>')
    .description('go no further with a batch: it is not sent, or not asked about any more')
    .option('--intake <id>', 'of which intake (default: the newest)')
    .action(
      on<{ readonly intake?: string }>(async () => {
        const { abandon } = await import('./commands/abandon.ts');
        return (context, options, [batch]) => abandon(context, batch, options);
      }),
    );
}

/** Commands that show what is there, and maintain it. */
export function addInspection(program: Command, on: On): void {
  program
    .command('status')
    .description('where each intake stands')
    .option('--intake <id>', 'only this one; its exit code is the one report would give')
    .action(on(async () => (await import('./commands/status.ts')).status));
  program
    .command('report')
    .description('what became of an intake')
    .option('--intake <id>', 'which (default: the newest)')
    .option('--csv', 'one line a record')
    .action(on(async () => (await import('./commands/report.ts')).report));
  program
    .command('reconcile')
    .description(
      'ask the provider again about every batch, and tell each difference to the ledger; changes nothing that is settled',
    )
    .option('--intake <id>', 'of which intake (default: the newest)')
    .action(on(async () => (await import('./commands/reconcile.ts')).reconcile));
  addRegister(program, on);
  program
    .command('purge')
    .description(
      'remove the records, batches and rejections of settled intakes; their sums and the audit trail stay',
    )
    .requiredOption('--older-than <age>', 'only those with which nothing has happened for so long: 90d, 36h')
    .option('--yes', 'do it; without this, only tell what would go')
    .action(on<PurgeOptions>(async () => (await import('./commands/purge.ts')).purge));
  program
    .command('audit')
    .description('who did what when: the append-only trail in the ledger')
    .option('--intake <id>', 'only what was done with this one')
    .option('--csv', 'as CSV')
    .action(on(async () => (await import('./commands/audit.ts')).audit));
  program
    .command('doctor')
    .description(
      'look at configuration, keys, ledger, clock and provider: one line each, a hint for what is not well',
    )
    .action(on(async () => (await import('./commands/doctor.ts')).doctor));
  addLedger(program.command('ledger').description('the ledger itself'), on);
  addKeys(program.command('keys').description('the keys that sign and seal'), on);
}

function addRegister(program: Command, on: On): void {
  program
    .command('who <consumer> [card]')
    .description('what is known of one cardholder, over all intakes')
    .action(
      on(async () => {
        const { who } = await import('./commands/who.ts');
        return (context, _options, [consumer, card]) => who(context, consumer, card);
      }),
    );
  program
    .command('forget <consumer>')
    .description('erase a person from the ledger; the provider keeps what it has')
    .option('--yes', 'do it')
    .action(
      on<{ readonly yes?: boolean }>(async () => {
        const { forget } = await import('./commands/forget.ts');
        return (context, options, [consumer]) => forget(context, consumer, options);
      }),
    );
  program
    .command('register')
    .description('what was agreed with the provider about each card')
    .command('import <file>')
    .description(
      'add cards that were enrolled by other means: a CSV of externalConsumerId and externalCardId',
    )
    .action(
      on(async () => {
        const { importRegister } = await import('./commands/register-import.ts');
        return (context, _options, [file]) => importRegister(context, file);
      }),
    );
}

function addLedger(ledger: Command, on: On): void {
  ledger
    .command('backup <file>')
    .description('a verified copy of the ledger as it is now, also while a runner runs')
    .action(
      on(async () => {
        const { backup } = await import('./commands/ledger-backup.ts');
        return (context, _options, [file]) => backup(context, file);
      }),
    );
  ledger
    .command('verify')
    .description('whether the ledger is sound and everything in it adds up; changes nothing')
    .action(on(async () => (await import('./commands/ledger-verify.ts')).verify));
  ledger
    .command('adopt')
    .description('accept a ledger that went back in time, or a backup: what is not settled becomes unknown')
    .action(on(async () => (await import('./commands/ledger-adopt.ts')).adopt));
  ledger
    .command('compact')
    .description('give the space of what was deleted back to the disk; not beside a runner')
    .action(on(async () => (await import('./commands/ledger-compact.ts')).compact));
}

function addKeys(keys: Command, on: On): void {
  keys
    .command('list')
    .description('each key with its size, id and expiry; whether a replaced signing key may go')
    .action(on(async () => (await import('./commands/keys-list.ts')).listKeys));
  keys
    .command('adopt <thumbprint>')
    .description(
      "pin a key of the provider's set, after comparing its thumbprint with one the provider gave you by another way",
    )
    .action(
      on(async () => {
        const { adoptKey } = await import('./commands/keys-adopt.ts');
        return (context, _options, [thumbprint]) => adoptKey(context, thumbprint);
      }),
    );
  keys
    .command('rotate')
    .description(
      'switch to a new signing key, once the provider has accepted a call signed with it; a run that is under way goes on with the old one',
    )
    .requiredOption('--key-file <file>', 'the new key: P12, PEM, DER or JWK')
    .option('--consumer-key-file <file>', 'its consumer key, if that is another one too')
    .option('--key-alias <alias>', 'which key of a P12')
    .option('--key-password-file <file>', 'what opens it')
    .action(on<RotateOptions>(async () => (await import('./commands/keys-rotate.ts')).rotateKeys));
}

function whole(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 0)
    throw new InvalidArgumentError('expected a whole number from 0.');
  return value;
}
