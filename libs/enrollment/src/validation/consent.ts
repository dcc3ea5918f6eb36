import { validationError } from './messages.ts';
import type { EveryMember } from '../fields.ts';
import type { Row } from '../raw-record.ts';
import type { Compliance, Consent } from '../record.ts';
import { textOf, trimmed, type ErrorList } from './text.ts';

/** A row's consents, judged. */
interface Judged {
  readonly texts: readonly string[];
  readonly compliance: Compliance | undefined;
}

/** Those of the last good row: a file mostly says the same in every row. */
let last: Judged = { texts: ['', '', '', ''], compliance: undefined };

/** What the cardholder agreed to; undefined when the row does not say. */
export function complianceOf(
  raw: Row<'privacyVersion' | 'privacyUri' | 'termsVersion' | 'termsUri'>,
  errors: ErrorList,
): Compliance | undefined {
  const privacyVersion = trimmed(raw.privacyVersion);
  const privacyUri = trimmed(raw.privacyUri);
  const termsVersion = trimmed(raw.termsVersion);
  const termsUri = trimmed(raw.termsUri);
  const { texts } = last;
  if (
    privacyVersion === texts[0] &&
    privacyUri === texts[1] &&
    termsVersion === texts[2] &&
    termsUri === texts[3]
  )
    return last.compliance;
  const found = errors.length;
  checkUri(privacyUri, 'privacyUri', errors);
  checkUri(termsUri, 'termsUri', errors);
  const privacy = consentOf(textOf(privacyVersion, 'privacyVersion', errors), privacyUri);
  const terms = consentOf(textOf(termsVersion, 'termsVersion', errors), termsUri);
  const compliance: EveryMember<Compliance> | undefined = privacy || terms ? { privacy, terms } : undefined;
  if (errors.length === found)
    last = { texts: [privacyVersion, privacyUri, termsVersion, termsUri], compliance };
  return compliance;
}

/** `latestVersion` has no column: the version that the provider holds as the latest is its own to tell. */
function consentOf(version: string, uri: string): EveryMember<Consent> | undefined {
  if (version === '' && uri === '') return undefined;
  return {
    acceptedVersion: version || undefined,
    latestVersion: undefined,
    latestVersionUri: uri || undefined,
  };
}

function checkUri(uri: string, field: 'privacyUri' | 'termsUri', errors: ErrorList): void {
  const found = errors.length;
  textOf(uri, field, errors);
  if (uri === '' || errors.length > found) return;
  const protocol = /\s/.test(uri) ? undefined : URL.parse(uri)?.protocol;
  if (protocol !== 'https:' && protocol !== 'http:') errors.push(validationError(field, 'URI_SHAPE'));
}
