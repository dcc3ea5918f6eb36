import { readFileSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import type { PrivateKey } from '@enrollkit/keys';
import { defineCommand, type AnyCommand } from '../command.ts';
import { openLedger, readSigningKey } from '../assemble.ts';
import { actor } from '../audit.ts';
import { loadConfig, type LoadedConfig } from '../config/load.ts';
import { changedSection, replaceFile, type SectionChange } from '../config/rewrite.ts';
import type { Config } from '../config/schema.ts';
import { environmentNameOf } from '../config/environment-variables.ts';
import type { Context } from '../context.ts';
import { described } from '../doctor/local-checks.ts';
import { findingOf } from '../doctor/provider-checks.ts';
import { callProvider } from '../doctor/provider-call.ts';
import { RunnerError } from '../errors.ts';
import type { ExitName } from '../exit-codes.ts';
import { mayHaveLedger } from '../config/ledger-address.ts';
import { whenReplacedKeyMayGo } from '../key-retirement.ts';

/** The new key. */
export interface RotateOptions {
  readonly keyFile: string;
  readonly consumerKeyFile?: string;
  readonly keyAlias?: string;
  readonly keyPasswordFile?: string;
}

/**
 * The settings of `signing` that name one key; a rotation writes them and keeps the old ones as `previous`.
 */
const keySettings = [
  'consumerKey',
  'consumerKeyFile',
  'keyFile',
  'keyAlias',
  'keyPassword',
  'keyPasswordFile',
] as const;

/**
 * `enrollkit keys rotate`: proves with a signed call that the provider accepts the new key, then writes it
 * into the config file, the old one beside it. Every signature is made for one attempt, so nothing that waits
 * in the ledger depends on a key; a run that is under way goes on with the one it has read.
 */
export async function rotateKeys(context: Context, options: RotateOptions): Promise<ExitName> {
  const old = context.config();
  refuseOutside(context);
  const replacedAt = new Date();
  const text = changedSection(readFileSync(old.file, 'utf8'), 'signing', changeTo(options, old, replacedAt));
  const before = await readSigningKey(old.config.signing, old.folder);
  const after = await replaceFile(old.file, text, (candidate) => proven(candidate, before, context));
  await note(old, { before, after, at: replacedAt });
  context.terminal.result(`signing with ${options.keyFile} from now on: ${described(after)}`);
  context.terminal.result(`the old key ${await whenReplacedKeyMayGo(old, replacedAt)}`);
  return 'allEnrolled';
}

/** Paths as the config file has them: from its own folder. */
function changeTo(
  options: RotateOptions,
  { config: { signing }, folder }: LoadedConfig,
  replacedAt: Date,
): SectionChange {
  const path = (file: string | undefined): string | undefined => file && relative(folder, resolve(file));
  const { consumerKeyFile, keyAlias, keyFile, keyPasswordFile } = options;
  return {
    ...(consumerKeyFile !== undefined && { consumerKey: undefined, consumerKeyFile: path(consumerKeyFile) }),
    keyFile: path(keyFile),
    keyAlias,
    keyPassword: undefined,
    keyPasswordFile: path(keyPasswordFile),
    previous: { ...keyOf(signing), replacedAt: replacedAt.toISOString() },
  };
}

function keyOf(signing: Config['signing']): Partial<Config['signing']> {
  return Object.fromEntries(
    keySettings.flatMap((name) => (signing[name] === undefined ? [] : [[name, signing[name]]])),
  );
}

/** A setting outside the file overrides the file, so a rotation of the file would change nothing. */
function refuseOutside({ flags }: Context): void {
  const paths = keySettings.map((name) => `signing.${name}`);
  const variable = paths.map(environmentNameOf).find((name) => process.env[name] !== undefined);
  const flag = flags.set.find((one) => paths.includes(one.split('=')[0] ?? ''));
  const place = variable ?? (flag === undefined ? undefined : `--set ${flag.split('=')[0] ?? ''}`);
  if (place === undefined) return;
  throw new RunnerError(
    'usage',
    `${place} sets the signing key, and would override what keys rotate writes; nothing was changed`,
    {
      hint: 'move the setting into the config file (signing.consumerKeyFile, signing.keyPasswordFile), or change the key there',
    },
  );
}

/**
 * Calls the provider with the very file that will be in force. Throws when the provider does not accept it.
 */
async function proven(candidate: string, before: PrivateKey, { flags }: Context): Promise<PrivateKey> {
  const loaded = loadConfig({ file: candidate, environment: process.env, flags: flags.set });
  const after = await readSigningKey(loaded.config.signing, loaded.folder);
  if (after.publicKeySha256 === before.publicKeySha256) {
    throw new RunnerError(
      'usage',
      `${loaded.config.signing.keyFile} holds the key that is already in use; nothing was changed`,
      { hint: "make a new key at the provider's portal, and name its file" },
    );
  }
  const { answer } = await callProvider(loaded);
  const { verdict, message, hint } = findingOf(answer, loaded.config.provider.baseUrl);
  if (verdict !== 'ok')
    throw new RunnerError(
      'key-refused',
      `A call signed with the new key was not accepted, and the old key stays: ${message}`,
      { hint: hint ?? 'see enrollkit doctor' },
    );
  return after;
}

/** In the audit trail, where there is a ledger already. */
async function note(
  loaded: LoadedConfig,
  { before, after, at }: { readonly before: PrivateKey; readonly after: PrivateKey; readonly at: Date },
): Promise<void> {
  if (!mayHaveLedger(loaded)) return;
  const ledger = await openLedger(loaded);
  try {
    await ledger.appendEvent({
      at,
      actor: actor(),
      action: 'keys rotate',
      detail: { from: before.publicKeySha256, to: after.publicKeySha256 },
    });
  } finally {
    await ledger.close();
  }
}

/** `enrollkit keys rotate` as it is typed. */
export const keysRotateCommand: AnyCommand = defineCommand<RotateOptions>({
  declare: (command) =>
    command
      .requiredOption('--key-file <file>', 'the new key: P12, PEM, DER or JWK')
      .option('--consumer-key-file <file>', 'its consumer key, if that is another one too')
      .option('--key-alias <alias>', 'which key of a P12')
      .option('--key-password-file <file>', 'what opens it'),
  examples: [
    {
      line: 'enrollkit keys rotate --key-file new.p12 --key-password-file new.pw',
      does: 'nothing changes when the provider refuses it',
    },
  ],
  run: rotateKeys,
});
