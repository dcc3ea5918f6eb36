import { faultOf } from '../faults.ts';
import type { RawRecord } from '../raw.ts';
import type { Compliance, Consent } from '../record.ts';
import { textOf, trimmed, type Faults } from './text.ts';

/** Addresses that were judged already: a file names the same few in every row. */
const knownUris = new Set<string>();
const KNOWN_MAX = 64;

/** What the cardholder agreed to; undefined when the row says nothing of it. */
export function complianceOf(raw: RawRecord, faults: Faults): Compliance | undefined {
  const privacy = consentOf(raw, { version: 'privacyVersion', uri: 'privacyUri' }, faults);
  const terms = consentOf(raw, { version: 'termsVersion', uri: 'termsUri' }, faults);
  if (!privacy && !terms) return undefined;
  return { ...(privacy && { privacy }), ...(terms && { terms }) };
}

interface ConsentFields {
  readonly version: 'privacyVersion' | 'termsVersion';
  readonly uri: 'privacyUri' | 'termsUri';
}

function consentOf(raw: RawRecord, fields: ConsentFields, faults: Faults): Consent | undefined {
  const version = textOf(trimmed(raw[fields.version]), fields.version, faults);
  const uri = trimmed(raw[fields.uri]);
  if (version === '' && uri === '') return undefined;
  if (uri !== '' && !knownUris.has(uri)) judgeUri(uri, fields.uri, faults);
  return { ...(version !== '' && { acceptedVersion: version }), ...(uri !== '' && { latestVersionUri: uri }) };
}

function judgeUri(uri: string, field: ConsentFields['uri'], faults: Faults): void {
  const before = faults.length;
  textOf(uri, field, faults);
  if (faults.length > before) return;
  const protocol = /\s/.test(uri) ? undefined : URL.parse(uri)?.protocol;
  if (protocol !== 'https:' && protocol !== 'http:') faults.push(faultOf(field, 'URI_SHAPE'));
  else if (knownUris.size < KNOWN_MAX) knownUris.add(uri);
}
