import { warned, failed, passed, type Finding } from './finding.ts';

const DAY_MS = 24 * 3_600_000;
/**
 * Notice before a certificate expires: a renewal at the provider's portal needs people, which takes weeks.
 */
const NOTICE_DAYS = 60;

/** The finding for the end of a certificate's validity. `whose` names it in the message. */
export function expiry(whose: string, notAfter: Date | undefined, now: number = Date.now()): Finding {
  if (notAfter === undefined)
    return passed(`no certificate came with ${whose}; its expiry stands at the provider's portal`);
  const days = Math.floor((notAfter.getTime() - now) / DAY_MS);
  const day = notAfter.toISOString().slice(0, 10);
  if (days < 0)
    return failed(
      `the certificate of ${whose} expired on ${day}`,
      "make a new key at the provider's portal, then: enrollkit keys rotate",
    );
  if (days < NOTICE_DAYS)
    return warned(
      `the certificate of ${whose} expires on ${day}, in ${days} days`,
      "make a new key at the provider's portal before that day, then: enrollkit keys rotate",
    );
  return passed(`the certificate of ${whose} is valid until ${day}`);
}
