import { validationError } from './messages.ts';
import type { RawRecord } from '../raw-record.ts';
import type { Compliance, Consent } from '../record.ts';
import { textOf, trimmed, type ErrorList } from './text.ts';

/** What the row before said: a file mostly says the same in every row. */
interface Said {
  readonly said: readonly string[];
  readonly compliance: Compliance | undefined;
}

let before: Said = { said: ['', '', '', ''], compliance: undefined };

/** What the cardholder agreed to; undefined when the row says nothing of it. */
export function complianceOf(raw: RawRecord, errors: ErrorList): Compliance | undefined {
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
  const found = errors.length;
  checkUri(privacyUri, 'privacyUri', errors);
  checkUri(termsUri, 'termsUri', errors);
  const privacy = consentOf(textOf(privacyVersion, 'privacyVersion', errors), privacyUri);
  const terms = consentOf(textOf(termsVersion, 'termsVersion', errors), termsUri);
  const compliance = privacy || terms ? { ...(privacy && { privacy }), ...(terms && { terms }) } : undefined;
  if (errors.length === found)
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

function checkUri(uri: string, field: 'privacyUri' | 'termsUri', errors: ErrorList): void {
  const found = errors.length;
  textOf(uri, field, errors);
  if (uri === '' || errors.length > found) return;
  const protocol = /\s/.test(uri) ? undefined : URL.parse(uri)?.protocol;
  if (protocol !== 'https:' && protocol !== 'http:') errors.push(validationError(field, 'URI_SHAPE'));
}
