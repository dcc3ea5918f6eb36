import type { PollAnswer, ProviderReason } from '@enrollkit/enrollment';
import { chosenKey, providerKeySet } from '../assemble.ts';
import { expiry } from './expiry.ts';
import { warned, failed, failedBy, passed, type Finding, type DoctorContext } from './finding.ts';
import { described } from './local-checks.ts';

/** Whether the key set answers now, and which of its keys card data would be sealed to. */
export async function providerKeys({ config, folder }: DoctorContext): Promise<Finding> {
  const set = providerKeySet(config, folder);
  const failure = await set?.refresh().then(
    () => undefined,
    (error: unknown) => error,
  );
  const key = await chosenKey(config, folder, set);
  const line = `${set === undefined ? (config.encryption.keyFile ?? '') : set.status.where}: ${described(key)}${config.encryption.kid === undefined ? '' : ' (pinned)'}`;
  if (failure !== undefined)
    return {
      ...failedBy(failure),
      verdict: 'warning',
      message: `${line}; the key set does not answer now, and the last good one is in use`,
    };
  const end = expiry("the provider's key", key.notAfter);
  if (end.verdict !== 'ok') return end;
  const ignored = set?.status.ignored ?? [];
  return ignored.length === 0
    ? passed(line)
    : warned(`${line}; ${ignored.length} entries of the set cannot be used`, ignored.join('; '));
}

/** The gateway's tolerance is not documented; below this nobody's is known to end. */
const TIGHT_MS = 30_000;
const LOOSE_MS = 300_000;

/** Signatures carry this machine's time: how far it is from the provider's. */
export async function clock({ call }: DoctorContext): Promise<Finding> {
  const { aheadMs } = await call();
  if (aheadMs === undefined)
    return warned(
      'the provider gave no Date to compare with',
      'look whether the address is right and the provider answers',
    );
  const seconds = Math.round(Math.abs(aheadMs) / 1000);
  const line = `this machine is ${seconds} s ${aheadMs < 0 ? 'behind' : 'ahead of'} the provider`;
  if (Math.abs(aheadMs) > LOOSE_MS)
    return failed(line, 'set the clock: signatures carry its time (timedatectl set-ntp true)');
  if (Math.abs(aheadMs) > TIGHT_MS) return warned(line, 'keep the clock with NTP: signatures carry its time');
  return passed(seconds <= 1 ? 'this machine and the provider agree to a second' : line);
}

/** Whether the gateway takes our signature, and the service our client. */
export async function signedCall({ call, config }: DoctorContext): Promise<Finding> {
  return findingOf((await call()).answer, config.provider.baseUrl);
}

/** What an answer to the question about a batch that cannot exist says about who asked. */
export function findingOf(answer: PollAnswer, baseUrl: string): Finding {
  if (answer.kind === 'pending' || answer.kind === 'finished')
    return warned(
      'the provider tells about a batch that cannot exist',
      `${baseUrl} may not be the provider's`,
    );
  const { reason } = answer;
  const told = `${reason.code} (HTTP ${reason.httpStatus}): ${reason.message}`;
  if (answer.kind === 'missing' || answer.kind === 'refused')
    return passed(
      `a signed question was accepted by gateway and service (${reason.code}, HTTP ${reason.httpStatus}, as it should be)`,
    );
  return answer.kind === 'busy'
    ? failed(
        `it is not known whether the signature is accepted: ${told}`,
        'ask again when the provider answers; check provider.baseUrl, proxy and firewall',
      )
    : failed(told, hintFor(reason));
}

function hintFor({ origin, httpStatus }: ProviderReason): string {
  if (origin === 'service')
    return 'the signature was accepted; check provider.srcClientId and provider.serviceId';
  if (origin === 'gateway' || httpStatus === 401)
    return "check that signing.consumerKey and signing.keyFile are of one key at the provider's portal, and that the key is active there";
  return 'check provider.baseUrl and provider.caFile';
}
