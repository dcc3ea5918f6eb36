import { isEnrollkitError } from '@enrollkit/base';
import { appendBeside } from '../audit.ts';
import type { LoadedConfig } from '../config/load.ts';
import type { Terminal } from '../terminal/terminal.ts';
import type { LedgerAccess } from './ledger-access.ts';
import type { SecurityEvent } from './security/events.ts';
import { consoleActor } from './security/principal.ts';

/** Where it is kept who comes and goes, and who tried to. */
export interface Recording {
  readonly loaded: LoadedConfig;
  readonly terminal: Pick<Terminal, 'note' | 'warn'>;
  readonly ledger: LedgerAccess;
}

/** An event as a line of the audit trail. */
interface Line {
  readonly actor: string;
  readonly action: string;
  readonly detail: Readonly<Record<string, string>>;
}

/**
 * Keeps an event in the audit trail, once there is a ledger, and says it on the terminal. Throws what the
 * ledger throws: nobody signs in whose sign-in cannot be kept. Names that nobody has are printed only, as a
 * mistyped password could be one.
 */
export async function recordSecurityEvent(
  { loaded, terminal, ledger }: Recording,
  event: SecurityEvent,
): Promise<void> {
  const line = lineOf(event);
  const text = `console: ${line.action} (${Object.values(line.detail).join(', ')})`;
  if (event.kind === 'signed-in' || event.kind === 'signed-out') terminal.note(`${line.actor}, ${text}`);
  else terminal.warn(`${line.actor}, ${text}`);
  const isOfNobody = event.kind === 'sign-in-refused' && event.account === undefined;
  if (!isOfNobody && (await hasLedger(ledger))) await appendBeside(loaded, line);
}

function lineOf(event: SecurityEvent): Line {
  const { address } = event;
  switch (event.kind) {
    case 'signed-in':
    case 'signed-out': {
      const { principal } = event;
      return {
        actor: consoleActor(principal),
        action: event.kind === 'signed-in' ? 'console sign-in' : 'console sign-out',
        detail: {
          method: principal.method,
          address,
          ...(principal.subject !== undefined && { subject: principal.subject }),
        },
      };
    }
    case 'sign-in-refused': {
      const { account = 'somebody', method, why } = event;
      return {
        actor: nameless(account),
        action: 'console sign-in refused',
        detail: { method, address, why },
      };
    }
    case 'account-locked':
      return { actor: nameless(event.account), action: 'console account locked', detail: { address } };
    case 'link-repeated':
      return { actor: nameless('somebody'), action: 'console link repeated', detail: { address } };
  }
}

/** Of whom it is not known that they are who they say. */
function nameless(name: string): string {
  return `${name} (not signed in, console)`;
}

async function hasLedger(ledger: LedgerAccess): Promise<boolean> {
  try {
    await ledger.read((browser) => browser.lastEvent());
    return true;
  } catch (error) {
    if (isEnrollkitError(error) && error.code === 'ledger-not-found') return false;
    throw error;
  }
}
