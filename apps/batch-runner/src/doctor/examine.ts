import type { Context } from '../context.ts';
import type { LoadedConfig } from '../config/load.ts';
import { failedBy, type Check, type Finding, type DoctorContext } from './finding.ts';
import {
  configuration,
  fingerprints,
  keyPair,
  ledger,
  mark,
  signingCertificate,
  signingKey,
} from './local-checks.ts';
import { clock, providerKeys, signedCall } from './provider-checks.ts';
import { callProvider, type ProviderCall } from './provider-call.ts';

/** Every check, in the order in which the findings are printed. */
const checks: readonly Check[] = [
  { name: 'configuration', look: configuration },
  { name: 'signing key', look: signingKey },
  { name: 'signing certificate', look: signingCertificate },
  { name: 'key halves', look: keyPair },
  { name: 'provider keys', look: providerKeys, asksProvider: true },
  { name: 'ledger', look: ledger },
  { name: 'mark of the ledger', look: mark },
  { name: 'fingerprint key', look: fingerprints },
  { name: 'clock', look: clock, asksProvider: true },
  { name: 'signed call', look: signedCall, asksProvider: true },
];

/** A finding with the name of its check. */
export interface NamedFinding extends Finding {
  readonly check: string;
}

/** Runs every check of the table by itself, so that one failure hides no other. */
export function examine(context: Context): AsyncGenerator<NamedFinding> {
  return examineBy(checks, context);
}

/** The same, without a request to anybody. */
export function examineLocally(context: Context): AsyncGenerator<NamedFinding> {
  return examineBy(
    checks.filter(({ asksProvider }) => asksProvider !== true),
    context,
  );
}

async function* examineBy(checks: readonly Check[], context: Context): AsyncGenerator<NamedFinding> {
  let loaded: LoadedConfig;
  try {
    loaded = context.config();
  } catch (error) {
    const [first, ...rest] = checks;
    yield { check: first?.name ?? '', ...failedBy(error) };
    for (const { name } of rest) yield { check: name, verdict: 'skipped', message: 'needs a configuration' };
    return;
  }
  const doctorContext = doctorContextOf(loaded);
  for (const { name, look } of checks) yield { check: name, ...(await look(doctorContext).catch(failedBy)) };
}

function doctorContextOf(loaded: LoadedConfig): DoctorContext {
  let call: Promise<ProviderCall> | undefined;
  return {
    loaded,
    config: loaded.config,
    folder: loaded.folder,
    call: () => (call ??= callProvider(loaded)),
  };
}
