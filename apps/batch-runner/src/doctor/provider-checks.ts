import type { PollAnswer, ProviderReason } from '@enrollkit/enrollment';
import { unusableBecause } from '@enrollkit/keys';
import { chosenKey, providerKeySet } from '../assemble.ts';
import { ageOf, notPinnedWarning } from '../key-set-state.ts';
import { expiry } from './expiry.ts';
import { warned, failed, failedBy, passed, type Finding, type DoctorContext } from './finding.ts';
import { described } from './local-checks.ts';

/** Whether the key set answers now, and which of its keys card data would be sealed with. */
export async function providerKeys({ loaded, config }: DoctorContext): Promise<Finding> {
  const set = providerKeySet(loaded);
  const failure = await set?.refresh().then(
    () => undefined,
    (error: unknown) => error,
  );
  const key = await chosenKey(loaded, set);
  const line = `${set === undefined ? (config.encryption.keyFile ?? '') : set.status.where}: ${described(key)}${config.encryption.pinnedKeys === undefined ? '' : ' (pinned)'}${set === undefined ? '' : `, ${ageOf(set.status)}`}`;
  if (failure !== undefined)
    return {
      ...failedBy(failure),
      verdict: 'warning',
      message: `${line}; the key set does not answer now, so the last good one is used`,
    };
  const reason = unusableBecause(key);
  if (reason !== undefined)
    return failed(
      `${line}; card data cannot be sealed to it: it is ${reason}`,
      'give the RSA key that the provider publishes for card data, of 2048 bits or more',
    );
  const end = expiry("the provider's key", key.notAfter);
  if (end.verdict !== 'ok') return end;
  if (set !== undefined && !set.status.pinned)
    return warned(`${line}; ${notPinnedWarning.message}`, notPinnedWarning.hint(key));
  const ignored = set?.status.ignored ?? [];
  return ignored.length === 0
    ? passed(line)
    : warned(
        `${line}; ${ignored.length} ${ignored.length === 1 ? 'entry' : 'entries'} of the set cannot be used`,
        ignored.join('; '),
      );
}

/** The gateway's tolerance is not documented; no gateway is known to be stricter than this. */
const TIGHT_MS = 30_000;
const LOOSE_MS = 300_000;

/** How far this machine's clock is from the provider's: signatures carry its time. */
export async function clock({ call }: DoctorContext): Promise<Finding> {
  const { clockOffsetMs } = await call();
  if (clockOffsetMs === undefined)
    return warned(
      'the provider sent no Date to compare with',
      'check provider.baseUrl, and whether the provider answers',
    );
  const seconds = Math.round(Math.abs(clockOffsetMs) / 1000);
  const line = `this machine is ${seconds} s ${clockOffsetMs < 0 ? 'behind' : 'ahead of'} the provider`;
  if (Math.abs(clockOffsetMs) > LOOSE_MS)
    return failed(line, 'set the clock (timedatectl set-ntp true): signatures carry its time');
  if (Math.abs(clockOffsetMs) > TIGHT_MS)
    return warned(line, 'synchronise the clock with NTP: signatures carry its time');
  return passed(seconds <= 1 ? 'this machine and the provider agree to a second' : line);
}

/** Whether the gateway accepts our signature, and the service our client. */
export async function signedCall({ call, config }: DoctorContext): Promise<Finding> {
  return findingOf((await call()).answer, config.provider.baseUrl);
}

/** What the answer about a batch that cannot exist says about our signature and our client. */
export function findingOf(answer: PollAnswer, baseUrl: string): Finding {
  if (answer.kind === 'pending' || answer.kind === 'finished')
    return warned(
      'the provider answers about a batch that cannot exist',
      `${baseUrl} may not be the provider's`,
    );
  const { reason } = answer;
  const text = `${reason.code} (HTTP ${reason.httpStatus}): ${reason.message}`;
  if (answer.kind === 'missing' || answer.kind === 'refused')
    return passed(
      `a signed request was accepted by gateway and service (${reason.code}, HTTP ${reason.httpStatus}, as expected)`,
    );
  return answer.kind === 'busy'
    ? failed(
        `it is not known whether the signature is accepted: ${text}`,
        'try again when the provider answers; check provider.baseUrl, proxy and firewall',
      )
    : failed(text, hintFor(reason));
}

function hintFor({ origin, httpStatus }: ProviderReason): string {
  if (origin === 'service')
    return 'the signature was accepted; check the ids of the programme: provider.srcClientId and provider.serviceId, or provider.directoryId';
  if (origin === 'gateway' || httpStatus === 401)
    return "check that signing.consumerKey and signing.keyFile are of one key at the provider's portal, and that the key is active there";
  return 'check provider.baseUrl and provider.caFile';
}
