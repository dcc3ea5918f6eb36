import { faultOf } from '../faults.ts';
import type { RawRecord } from '../raw.ts';
import type { Compliance, Consent } from '../record.ts';
import { textOf, trimmed, type Faults } from './text.ts';

/** What the row before said: a file mostly says the same in every row. */
interface Said {
  readonly said: readonly string[];
  readonly compliance: Compliance | undefined;
}

let before: Said = { said: ['', '', '', ''], compliance: undefined };

/** What the cardholder agreed to; undefined when the row says nothing of it. */
export function complianceOf(raw: RawRecord, faults: Faults): Compliance | undefined {
  const privacyVersion = trimmed(raw.privacyVersion);
  const privacyUri = trimmed(raw.privacyUri);
  const termsVersion = trimmed(raw.termsVersion);
  const termsUri = trimmed(raw.termsUri);
  const { said } = before;
  if (
    privacyVersion === said[0] &&
    privacyUri === said[1] &&
    termsVersion === said[2] &&
    termsUri === said[3]
  )
    return before.compliance;
  const found = faults.length;
  checkUri(privacyUri, 'privacyUri', faults);
  checkUri(termsUri, 'termsUri', faults);
  const privacy = consentOf(textOf(privacyVersion, 'privacyVersion', faults), privacyUri);
  const terms = consentOf(textOf(termsVersion, 'termsVersion', faults), termsUri);
  const compliance = privacy || terms ? { ...(privacy && { privacy }), ...(terms && { terms }) } : undefined;
  if (faults.length === found)
    before = { said: [privacyVersion, privacyUri, termsVersion, termsUri], compliance };
  return compliance;
}

function consentOf(version: string, uri: string): Consent | undefined {
  if (version === '' && uri === '') return undefined;
  return {
    ...(version !== '' && { acceptedVersion: version }),
    ...(uri !== '' && { latestVersionUri: uri }),
  };
}

function checkUri(uri: string, field: 'privacyUri' | 'termsUri', faults: Faults): void {
  const found = faults.length;
  textOf(uri, field, faults);
  if (uri === '' || faults.length > found) return;
  const protocol = /\s/.test(uri) ? undefined : URL.parse(uri)?.protocol;
  if (protocol !== 'https:' && protocol !== 'http:') faults.push(faultOf(field, 'URI_SHAPE'));
}
