import { faultOf } from '../faults.ts';
import { panDigits } from '../limits.ts';
import { luhn, mask } from '../pan.ts';
import type { RawRecord } from '../raw.ts';
import type { Fault } from '../rejection.ts';
import { required, type Faults } from './text.ts';

const DIGITS = /^[0-9]+$/;
const SCIENTIFIC = /^\d(?:[.,]\d+)?[eE]\+?\d+$/;
const SEPARATED = /^[0-9](?:[\s-]*[0-9])+$/u;
const MASKED = /^[0-9*xX•#.\s-]*[*xX•#][0-9*xX•#.\s-]*$/u;
const REPEATED = /^([0-9])\1+$/;

/** The PAN, when nothing is wrong with it. No fault ever shows more of it than its masked form. */
export function panOf(raw: RawRecord, faults: Faults): string {
  const pan = required(raw, 'pan', faults);
  if (pan === '') return pan;
  const { min, max } = panDigits;
  const good = pan.length >= min && pan.length <= max && luhn(pan);
  if (!good) faults.push(DIGITS.test(pan) ? numberFault(pan) : shapeFault(pan));
  else if (pan[0] === pan[1] && REPEATED.test(pan)) faults.push(faultOf('pan', 'PAN_REPEATED'));
  return pan;
}

function numberFault(pan: string): Fault {
  const { min, max } = panDigits;
  const found = pan.length;
  return found < min || found > max
    ? faultOf('pan', 'PAN_LENGTH', { min, max, found })
    : faultOf('pan', 'PAN_LUHN', { masked: mask(pan) });
}

function shapeFault(pan: string): Fault {
  if (SCIENTIFIC.test(pan)) return faultOf('pan', 'PAN_SCIENTIFIC');
  if (SEPARATED.test(pan)) return faultOf('pan', 'PAN_SEPARATORS');
  if (MASKED.test(pan)) return faultOf('pan', 'PAN_MASKED');
  return faultOf('pan', 'PAN_NOT_DIGITS', { count: pan.replace(/[0-9]/g, '').length });
}
