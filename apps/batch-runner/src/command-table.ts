import type { CommandEntry } from './command-sections.ts';

/** Every command; a new one is its file and an entry here. */
export const commandTable: readonly CommandEntry[] = [
  {
    name: 'demo',
    section: 'First steps',
    summary: 'synthetic cardholders, a simulated provider, a whole run and its report',
    load: async () => (await import('./commands/demo.ts')).demoCommand,
  },
  {
    name: 'simulator',
    section: 'First steps',
    summary: 'a simulated provider with a configuration that is ready for it, for a file of your own',
    load: async () => (await import('./commands/simulator.ts')).simulatorCommand,
  },
  {
    name: 'sample',
    section: 'First steps',
    summary: 'write a file of synthetic cardholders',
    load: async () => (await import('./commands/sample.ts')).sampleCommand,
  },
  {
    name: 'init',
    section: 'First steps',
    summary: 'ask on a terminal, write a commented config file and check it',
    load: async () => (await import('./commands/init.ts')).initCommand,
  },
  {
    name: 'completion',
    section: 'First steps',
    summary: 'print the script by which bash, zsh or fish completes what you type',
    load: async () => (await import('./commands/completion.ts')).completionCommand,
  },
  {
    name: 'doctor',
    section: 'Before a run',
    summary:
      'look at configuration, keys, ledger, clock and provider: one line each, a hint for what is not well',
    load: async () => (await import('./commands/doctor.ts')).doctorCommand,
  },
  {
    name: 'check',
    section: 'Before a run',
    summary: 'validate only: each rejection with line, field and reason; needs no configuration',
    load: async () => (await import('./commands/check.ts')).checkCommand,
  },
  {
    name: 'plan',
    section: 'Before a run',
    summary: 'what a run would do with each row and why; writes nothing, sends nothing',
    load: async () => (await import('./commands/plan.ts')).planCommand,
  },
  {
    name: 'run',
    section: 'Running',
    summary: 'process the file until every record is settled, or say why not; - is standard input',
    load: async () => (await import('./commands/run.ts')).runCommand,
  },
  {
    name: 'enroll',
    section: 'One cardholder',
    summary: 'enroll one cardholder at once, from a file with one record or from standard input',
    load: async () => (await import('./commands/enroll.ts')).enrollCommand,
  },
  {
    name: 'profile get',
    section: 'One cardholder',
    summary: "one consumer's profile as the provider has it, masked",
    load: async () => (await import('./commands/profile-get.ts')).profileGetCommand,
  },
  {
    name: 'profile update',
    section: 'One cardholder',
    summary: "replace one consumer's name, contact and locale at the provider",
    load: async () => (await import('./commands/profile-update.ts')).profileUpdateCommand,
  },
  {
    name: 'profile delete',
    section: 'One cardholder',
    summary: "delete one consumer's profile with all its cards",
    load: async () => (await import('./commands/profile-delete.ts')).profileDeleteCommand,
  },
  {
    name: 'card get',
    section: 'One cardholder',
    summary: 'one card as the provider has it, masked',
    load: async () => (await import('./commands/card-get.ts')).cardGetCommand,
  },
  {
    name: 'card update',
    section: 'One cardholder',
    summary: "replace one card's billing address at the provider",
    load: async () => (await import('./commands/card-update.ts')).cardUpdateCommand,
  },
  {
    name: 'card delete',
    section: 'One cardholder',
    summary: 'delete one card and, with the last one, its profile',
    load: async () => (await import('./commands/card-delete.ts')).cardDeleteCommand,
  },
  {
    name: 'worker',
    section: 'Running',
    summary:
      'work beside others on a ledger in PostgreSQL: take what is ready of every intake, until stopped',
    load: async () => (await import('./commands/worker.ts')).workerCommand,
  },
  {
    name: 'notifications serve',
    section: 'Running',
    summary: 'settle batches by the results that the provider sends, without sending or polling anything',
    load: async () => (await import('./commands/notifications-serve.ts')).notificationsServeCommand,
  },
  {
    name: 'pause',
    section: 'Running',
    summary: 'tell the runner, from any process or host, to send nothing until enrollkit resume',
    load: async () => (await import('./commands/pause.ts')).pauseCommand,
  },
  {
    name: 'correct',
    section: 'Running',
    summary: 'enroll rejected rows with corrections: their references and the corrected columns are enough',
    load: async () => (await import('./commands/correct.ts')).correctCommand,
  },
  {
    name: 'resume',
    section: 'Running',
    summary: 'go on with an intake, or let a paused runner go on',
    load: async () => (await import('./commands/resume.ts')).resumeCommand,
  },
  {
    name: 'stop',
    section: 'Running',
    summary: 'tell the runner to end after what is in flight, and wait until it has',
    load: async () => (await import('./commands/stop.ts')).stopCommand,
  },
  {
    name: 'opt-out',
    section: 'Running',
    summary: 'remember who opts out, and delete their cards and profiles: no later file enrolls them',
    load: async () => (await import('./commands/opt-out.ts')).optOutCommand,
  },
  {
    name: 'opt-in',
    section: 'Deciding',
    summary: 'record a new consent of somebody who opted out',
    load: async () => (await import('./commands/opt-in.ts')).optInCommand,
  },
  {
    name: 'retry',
    section: 'Deciding',
    summary:
      'send the records the provider refused once more, under new batch ids; re-reads just those records',
    load: async () => (await import('./commands/retry.ts')).retryCommand,
  },
  {
    name: 'resolve',
    section: 'Deciding',
    summary: 'record a decision about a batch in state unknown',
    load: async () => (await import('./commands/resolve.ts')).resolveCommand,
  },
  {
    name: 'abandon',
    section: 'Deciding',
    summary: 'go no further with a batch: it is not sent, or not asked about any more',
    load: async () => (await import('./commands/abandon.ts')).abandonCommand,
  },
  {
    name: 'serve',
    section: 'Seeing what became of it',
    summary: 'the console in a browser: watch runs, decide what waits, look cardholders up',
    load: async () => (await import('./commands/serve.ts')).serveCommand,
  },
  {
    name: 'status',
    section: 'Seeing what became of it',
    summary: 'where each intake stands',
    load: async () => (await import('./commands/status.ts')).statusCommand,
  },
  {
    name: 'report',
    section: 'Seeing what became of it',
    summary: 'what became of an intake',
    load: async () => (await import('./commands/report.ts')).reportCommand,
  },
  {
    name: 'refresh',
    section: 'Seeing what became of it',
    summary: 'read profiles and cards back from the provider, and name each difference from the register',
    load: async () => (await import('./commands/refresh.ts')).refreshCommand,
  },
  {
    name: 'reconcile',
    section: 'Seeing what became of it',
    summary:
      'ask the provider again about every batch, and tell each difference to the ledger; changes nothing that is settled',
    load: async () => (await import('./commands/reconcile.ts')).reconcileCommand,
  },
  {
    name: 'who',
    section: 'Seeing what became of it',
    summary: 'what is known of one cardholder, over all intakes',
    load: async () => (await import('./commands/who.ts')).whoCommand,
  },
  {
    name: 'audit',
    section: 'Seeing what became of it',
    summary: 'who did what when: the append-only trail in the ledger',
    load: async () => (await import('./commands/audit.ts')).auditCommand,
  },
  {
    name: 'forget',
    section: 'Upkeep',
    summary: 'erase a person from the ledger; the provider keeps what it has',
    load: async () => (await import('./commands/forget.ts')).forgetCommand,
  },
  {
    name: 'migrate',
    section: 'Upkeep',
    summary: 'enroll in the Credential Directory what is enrolled with Click to Pay, out of the old register',
    load: async () => (await import('./commands/migrate.ts')).migrateCommand,
  },
  {
    name: 'register import',
    section: 'Upkeep',
    summary: 'add cards that were enrolled by other means: a CSV of externalConsumerId and externalCardId',
    load: async () => (await import('./commands/register-import.ts')).registerImportCommand,
  },
  {
    name: 'purge',
    section: 'Upkeep',
    summary:
      'remove the records, batches and rejections of settled intakes; their sums and the audit trail stay',
    load: async () => (await import('./commands/purge.ts')).purgeCommand,
  },
  {
    name: 'ledger backup',
    section: 'Upkeep',
    summary: 'a verified copy of the ledger as it is now, also while a runner runs',
    load: async () => (await import('./commands/ledger-backup.ts')).ledgerBackupCommand,
  },
  {
    name: 'ledger verify',
    section: 'Upkeep',
    summary: 'whether the ledger is sound and everything in it adds up; changes nothing',
    load: async () => (await import('./commands/ledger-verify.ts')).ledgerVerifyCommand,
  },
  {
    name: 'ledger adopt',
    section: 'Upkeep',
    summary: 'accept a ledger that went back in time, or a backup: what is not settled becomes unknown',
    load: async () => (await import('./commands/ledger-adopt.ts')).ledgerAdoptCommand,
  },
  {
    name: 'ledger compact',
    section: 'Upkeep',
    summary: 'give the space of what was deleted back to the disk; not beside a runner',
    load: async () => (await import('./commands/ledger-compact.ts')).ledgerCompactCommand,
  },
  {
    name: 'keys list',
    section: 'Upkeep',
    summary: 'each key with its size, id and expiry; whether a replaced signing key may go',
    load: async () => (await import('./commands/keys-list.ts')).keysListCommand,
  },
  {
    name: 'keys adopt',
    section: 'Upkeep',
    summary:
      "pin a key of the provider's set, after comparing its thumbprint with one given to you by another way",
    load: async () => (await import('./commands/keys-adopt.ts')).keysAdoptCommand,
  },
  {
    name: 'keys rotate',
    section: 'Upkeep',
    summary:
      'switch to a new signing key, once the provider has accepted a call signed with it; a run under way keeps the old one',
    load: async () => (await import('./commands/keys-rotate.ts')).keysRotateCommand,
  },
  {
    name: 'users set',
    section: 'Upkeep',
    summary: 'make an account for the console, or give one another role or password',
    load: async () => (await import('./commands/users-set.ts')).usersSetCommand,
  },
  {
    name: 'users list',
    section: 'Upkeep',
    summary: 'who has an account for the console, and what they may do there',
    load: async () => (await import('./commands/users-list.ts')).usersListCommand,
  },
  {
    name: 'users remove',
    section: 'Upkeep',
    summary: 'take an account for the console away; its sessions end at once',
    load: async () => (await import('./commands/users-remove.ts')).usersRemoveCommand,
  },
];
