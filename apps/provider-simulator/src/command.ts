import { createPublicKey } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { defined, isEnrollkitError } from '@enrollkit/base';
import { FaultRuleError } from './errors.ts';
import { parseFaults } from './faults/fault-plan.ts';
import { faults } from './faults/faults.ts';
import type { Programme } from './families/shared/request-context.ts';
import { pendingPan, reservedPans } from './families/shared/reserved-pans.ts';
import { configFile } from './keys/client-config.ts';
import type { Simulator, SimulatorOptions } from './options.ts';
import { startSimulator } from './simulator.ts';

interface Flags {
  readonly host: string;
  readonly port: number;
  readonly seed: number;
  readonly onDuplicate: NonNullable<SimulatorOptions['onDuplicate']>;
  readonly processing: number;
  readonly latency: number;
  readonly world?: string;
  readonly keys?: string;
  readonly consumerKey?: string;
  readonly clientKey?: string;
  readonly programme?: readonly Programme[];
  readonly maxCards?: number;
  readonly delayedTokenization: boolean;
  readonly directory?: readonly string[];
  readonly fullAnswers: boolean;
  readonly replicationLag: number;
  readonly notify?: string;
  readonly errorShape: NonNullable<SimulatorOptions['errorShape']>;
  readonly skew: number;
  readonly faults: NonNullable<SimulatorOptions['faults']>;
  readonly verify: NonNullable<SimulatorOptions['verify']>;
  readonly list: boolean;
}

/** Where the command writes, and what stops it. */
export interface CommandContext {
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  /** Aborts when the simulator should stop. */
  readonly stop: AbortSignal;
}

/**
 * Runs `enrollkit-simulator` with its arguments until it is stopped. Resolves to the exit code: 0, or 2 for
 * wrong usage.
 */
export async function runCommand(argv: readonly string[], context: CommandContext): Promise<number> {
  const command = describeCommand()
    .exitOverride()
    .configureOutput({ writeOut: context.out, writeErr: context.err });
  try {
    command.parse(argv, { from: 'user' });
    const flags = command.opts<Flags>();
    if (flags.list) list(context);
    else await serve(command, flags, context);
    return 0;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    if (!isEnrollkitError(error) && !isSystemError(error)) throw error;
    const hint = isEnrollkitError(error) ? `\n  ${error.hint}` : '';
    context.err(`enrollkit-simulator: ${error.message}${hint}\n`);
    return 2;
  }
}

function describeCommand(): Command {
  return new Command('enrollkit-simulator')
    .description(
      "Stands in for the provider's enrollment API: verifies, decrypts, remembers, fails on request.\nSynthetic card numbers only: it is no place for real ones.",
    )
    .option('--host <host>', 'address to listen on', '127.0.0.1')
    .option('--port <port>', 'port to listen on; 0 takes a free one', wholeNumber, 0)
    .option('--seed <number>', 'decides order, error shapes and faults', wholeNumber, 1)
    .addOption(
      new Option('--on-duplicate <policy>', 'what a repeated externalBatchId does')
        .choices(['idempotent', 'reject', 'duplicate'])
        .default('idempotent'),
    )
    .option('--processing <ms>', 'time from 202 to the results of a batch', wholeNumber, 200)
    .option('--latency <ms>', 'added to every answer', wholeNumber, 0)
    .option('--world <file>', 'keep the world in a file, across restarts')
    .option('--keys <dir>', "keep keys in a directory, across restarts, and write the client's files there")
    .option('--consumer-key <key>', 'consumer key of a client with a key pair of its own')
    .option('--client-key <file>', "that client's public key or certificate (PEM)")
    .option(
      '--programme <srcClientId/serviceId...>',
      'known clients and directories; without it any is accepted',
      programme,
    )
    .option('--max-cards <number>', 'most cards in a batch; without it there is no limit', wholeNumber)
    .option('--directory <id...>', 'known Credential Directories; without it any is accepted')
    .option(
      '--full-answers',
      'updates answer with the masked object, not only with an acknowledgement',
      false,
    )
    .option(
      '--replication-lag <ms>',
      'how long reads without a flow id miss what was written',
      wholeNumber,
      0,
    )
    .option('--notify <url>', 'send the results of finished batches to this http address')
    .option('--delayed-tokenization', 'cards get no id before the first checkout', false)
    .addOption(
      new Option('--error-shape <shape>', 'shape of application errors')
        .choices(['E1', 'E2', 'mixed'])
        .default('E1'),
    )
    .option('--skew <seconds>', "how far a signature's timestamp may lie off", wholeNumber, 300)
    .option('--faults <rules>', 'NAME[=VALUE][@OPERATION][:PROBABILITY][*TIMES][+AFTER],...', faultRules, [])
    .addOption(
      new Option('--verify <what>', 'none: bench mode, signatures and contract are not looked at')
        .choices(['all', 'none'])
        .default('all'),
    )
    .option('--list', 'list the faults and the reserved card numbers, and end', false);
}

async function serve(command: Command, flags: Flags, { out, err, stop }: CommandContext): Promise<void> {
  const simulator = await startSimulator({
    ...optionsOf(flags),
    ...clientOf(command, flags),
    onDefect: (error) => err(`${describeDefect(error)}\n`),
  });
  out(`${introduction(simulator, flags).join('\n')}\n`);
  if (!stop.aborted) await once(stop, 'abort');
  await simulator.close();
}

function optionsOf(flags: Flags): SimulatorOptions {
  return defined<SimulatorOptions>({
    host: flags.host,
    port: flags.port,
    seed: flags.seed,
    onDuplicate: flags.onDuplicate,
    processingMs: flags.processing,
    latencyMs: flags.latency,
    delayedTokenization: flags.delayedTokenization,
    fullAnswers: flags.fullAnswers,
    replicationLagMs: flags.replicationLag,
    errorShape: flags.errorShape,
    skewSeconds: flags.skew,
    faults: flags.faults,
    verify: flags.verify,
    worldFile: flags.world,
    keysDirectory: flags.keys,
    programmes: flags.programme,
    directories: flags.directory,
    notificationUrl: flags.notify,
    maxBatchCards: flags.maxCards,
  });
}

function clientOf(command: Command, { consumerKey, clientKey }: Flags): Pick<SimulatorOptions, 'client'> {
  if (consumerKey === undefined && clientKey === undefined) return {};
  if (consumerKey === undefined || clientKey === undefined)
    return command.error('error: --consumer-key and --client-key belong together');
  const pem = readFileSync(clientKey, 'utf8');
  if (pem.includes('PRIVATE KEY'))
    command.error('error: --client-key wants the public key; the private one stays with the client');
  try {
    return { client: { consumerKey, key: createPublicKey(pem) } };
  } catch {
    // The cause may quote key material.
    return command.error(`error: --client-key: ${clientKey} holds no public key or certificate in PEM`);
  }
}

function introduction(simulator: Simulator, { keys, verify }: Flags): string[] {
  const lines = [
    `listening on     ${simulator.origin}`,
    `api              ${simulator.url}`,
    `key set          ${simulator.keys.url}`,
    `kid              ${simulator.keys.kid}`,
    `consumer key     ${simulator.consumerKey}`,
  ];
  if (keys !== undefined)
    lines.push(`client files     ${keys}`, `configuration    ${join(keys, configFile)}`);
  else if (simulator.signingKey !== undefined)
    lines.push(
      'client files     none: give --keys DIR to have the signing key written, or --consumer-key and --client-key',
    );
  if (verify === 'none') lines.push('BENCH MODE       signatures and contract are not looked at');
  return lines;
}

function list({ out }: CommandContext): void {
  const lines = ['Faults'];
  for (const [name, fault] of Object.entries(faults)) {
    const value = 'value' in fault ? ` (=${fault.value.meaning}, default ${fault.value.default})` : '';
    lines.push(`  ${name.padEnd(20)} ${fault.description}${value}`);
  }
  lines.push('Reserved card numbers');
  for (const { pan, reason, fails } of reservedPans)
    lines.push(`  ${pan}     ${reason}${fails === 'once' ? ', the first time only' : ''}`);
  lines.push(`  ${pendingPan.pan}     enrolled, with ${pendingPan.pendingEvents.join(', ')} pending`);
  out(`${lines.join('\n')}\n`);
}

function describeDefect(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

function wholeNumber(text: string): number {
  if (!/^\d+$/.test(text)) throw new InvalidArgumentError('It must be a whole number.');
  return Number(text);
}

function faultRules(text: string): NonNullable<SimulatorOptions['faults']> {
  try {
    return parseFaults(text);
  } catch (error) {
    if (error instanceof FaultRuleError) throw new InvalidArgumentError(error.message);
    throw error;
  }
}

function programme(text: string, before: readonly Programme[] = []): readonly Programme[] {
  const [srcClientId = '', serviceId = '', ...rest] = text.split('/');
  if (srcClientId === '' || serviceId === '' || rest.length > 0)
    throw new InvalidArgumentError('It must be SRCCLIENTID/SERVICEID.');
  return [...before, { srcClientId, serviceId }];
}

function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && 'syscall' in error;
}
