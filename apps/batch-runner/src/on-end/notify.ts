import { resolve } from 'node:path';
import { isEnrollkitError } from '@enrollkit/base';
import type { LoadedConfig } from '../config/load.ts';
import { environmentName } from '../config/provider-environment.ts';
import { readSecretFile } from '../config/secrets.ts';
import type { Context } from '../context.ts';
import { RunnerError } from '../errors.ts';
import type { ExitName } from '../exit-codes.ts';
import { exitOfError } from '../exit-of-error.ts';
import { openLog } from '../observe/log.ts';
import { endDocument, type EndDocument, type EndedIntake } from './document.ts';
import { runProgram } from './program.ts';
import { callWebhook } from './webhook.ts';

/** Shorter secrets can be guessed. */
const SHORTEST_SECRET = 32;

/** The command whose end is reported, and which errors are no end of it. */
export interface NotifyingCommand {
  readonly command: string;
  readonly isNoEnd?: (error: unknown) => boolean;
}

/**
 * Does the work and reports its end, well or by an error, as `onEnd` says. What goes wrong in reporting is
 * said on the terminal and in the log, and changes nothing. Throws what the work throws, and `RunnerError`
 * `secret-unreadable`, before the work begins, when the webhook's secret cannot be used.
 */
export async function notifyingEnd(
  context: Context,
  { command, isNoEnd = () => false }: NotifyingCommand,
  work: (context: Context) => Promise<ExitName>,
): Promise<ExitName> {
  const loaded = context.config();
  if (loaded.config.onEnd === undefined) return work(context);
  const secret = webhookSecret(loaded);
  const intakes: EndedIntake[] = [];
  const startedAt = new Date();
  const notify = async (exit: ExitName, error?: string): Promise<void> => {
    const environment = environmentName(loaded.config);
    const document = endDocument({ command, environment, exit, error, startedAt, intakes });
    await notifyAll(context, { loaded, secret, document });
  };
  let exit: ExitName;
  try {
    exit = await work({ ...context, onIntakeEnded: (ended) => intakes.push(ended) });
  } catch (error) {
    const known = isEnrollkitError(error) ? exitOfError(error) : undefined;
    if (!isNoEnd(error))
      await notify(known ?? 'internal', isEnrollkitError(error) && known ? error.code : 'internal');
    throw error;
  }
  await notify(exit);
  return exit;
}

function webhookSecret({ config, folder }: LoadedConfig): string {
  const file = config.onEnd?.secretFile;
  if (file === undefined) return '';
  const secret = readSecretFile(resolve(folder, file), 'onEnd.secretFile');
  if (secret.length >= SHORTEST_SECRET) return secret;
  throw new RunnerError(
    'secret-unreadable',
    `onEnd.secretFile: expected at least ${SHORTEST_SECRET} characters, found ${secret.length}`,
    { hint: 'create one with: openssl rand -hex 32' },
  );
}

interface Notice {
  readonly loaded: LoadedConfig;
  readonly secret: string;
  readonly document: EndDocument;
}

async function notifyAll(
  { terminal, sources }: Context,
  { loaded, secret, document }: Notice,
): Promise<void> {
  const { command, webhook: url, environment: passed = [], timeoutMs = 0 } = loaded.config.onEnd ?? {};
  const { environment } = sources;
  const { folder } = loaded;
  const failures = await Promise.all([
    command && runProgram({ command, folder, environment, passed, timeoutMs }, document),
    url === undefined ? undefined : callWebhook({ url, secret, timeoutMs }, document),
  ]);
  for (const [index, failure] of failures.entries()) {
    if (failure === undefined) continue;
    const setting = index === 0 ? 'onEnd.command' : 'onEnd.webhook';
    terminal.warn(
      `${setting}: ${failure}`,
      'the hook may have missed this end; the exit code is that of the work',
    );
    const log = openLog(loaded);
    log.warn('end-not-notified', { setting, failure });
    log.close();
  }
}
