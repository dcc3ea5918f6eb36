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
  const fault = DIGITS.test(pan) ? numberFault(pan) : shapeFault(pan);
  if (fault) faults.push(fault);
  return pan;
}

function numberFault(pan: string): Fault | undefined {
  if (pan.length < panDigits.min || pan.length > panDigits.max) {
    return faultOf('pan', 'PAN_LENGTH', { min: panDigits.min, max: panDigits.max, found: pan.length });
  }
  if (!luhn(pan)) return faultOf('pan', 'PAN_LUHN', { masked: mask(pan) });
  if (REPEATED.test(pan)) return faultOf('pan', 'PAN_REPEATED');
  return undefined;
}

function shapeFault(pan: string): Fault {
  if (SCIENTIFIC.test(pan)) return faultOf('pan', 'PAN_SCIENTIFIC');
  if (SEPARATED.test(pan)) return faultOf('pan', 'PAN_SEPARATORS');
  if (MASKED.test(pan)) return faultOf('pan', 'PAN_MASKED');
  return faultOf('pan', 'PAN_NOT_DIGITS', { count: pan.replace(/[0-9]/g, '').length });
}
